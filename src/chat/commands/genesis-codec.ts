import { ByteReader, UnreadableBytesError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ChatLimits } from './limits.ts';

const FORMAT = 2;
/** Clusters founded before there was a limit on bytes have none: their replicas agreed on that. */
const WITHOUT_STATE_BYTES = 1;

/** The bytes with which a cluster is founded: its limits. Throws a RangeError for a limit that is not a whole number from 0. */
export function encodeGenesis(limits: ChatLimits): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writer.whole(limits.mailboxMessages);
  writer.whole(limits.storedMessages);
  writer.whole(limits.accounts);
  writer.whole(limits.clientsPerAccount);
  writer.whole(limits.clientsWithoutAccount);
  writer.whole(limits.outstandingPerClient);
  writer.whole(limits.stateBytes);
  return writer.taken();
}

/** The limits in these bytes, or null if this version cannot read them. Never throws. */
export function decodeGenesis(bytes: Uint8Array): ChatLimits | null {
  try {
    const reader = new ByteReader(bytes);
    const format = reader.byte();
    if (format !== FORMAT && format !== WITHOUT_STATE_BYTES) return null;
    const limits: ChatLimits = {
      mailboxMessages: reader.whole(),
      storedMessages: reader.whole(),
      accounts: reader.whole(),
      clientsPerAccount: reader.whole(),
      clientsWithoutAccount: reader.whole(),
      outstandingPerClient: reader.whole(),
      stateBytes: format === WITHOUT_STATE_BYTES ? Number.MAX_SAFE_INTEGER : reader.whole(),
    };
    reader.end();
    return limits;
  } catch (error) {
    if (error instanceof UnreadableBytesError) return null;
    throw error;
  }
}
