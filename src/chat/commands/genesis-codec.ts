import { ByteReader, UnreadableBytesError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readFirstLimits, readLimits, writeLimits } from './limits-codec.ts';
import type { ChatLimits } from './limits.ts';

const FORMAT = 2;
/** Clusters founded before there was a limit on bytes have none: their replicas agreed on that. */
const WITHOUT_STATE_BYTES = 1;

/** The bytes with which a cluster is founded: its limits. Throws a RangeError for a limit that is not a whole number from 0. */
export function encodeGenesis(limits: ChatLimits): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writeLimits(writer, limits);
  return writer.taken();
}

/** The limits in these bytes, or null if this version cannot read them. Never throws. */
export function decodeGenesis(bytes: Uint8Array): ChatLimits | null {
  try {
    const reader = new ByteReader(bytes);
    const format = reader.byte();
    if (format !== FORMAT && format !== WITHOUT_STATE_BYTES) return null;
    const limits = format === WITHOUT_STATE_BYTES ? readFirstLimits(reader) : readLimits(reader);
    reader.end();
    return limits;
  } catch (error) {
    if (error instanceof UnreadableBytesError) return null;
    throw error;
  }
}
