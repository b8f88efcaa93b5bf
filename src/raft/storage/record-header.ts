import { crc32 } from 'node:zlib';
import { putU64 } from '../codec/u64.ts';
import type { RecordFile } from './record.ts';
import { checksumOfFew } from './running-checksum.ts';

/*
 * The header of a record, little-endian. It names its segment and its batch under its checksum, so that bytes of an
 * earlier use of the file, or of a torn batch that was cut, never parse as part of the log:
 *
 *    0  u32      CRC-32 of bytes 4 to 39
 *    4  u32      length of the body
 *    8  u32      CRC-32 of the body; of an entry, the one that the entry carries
 *   12  u8       kind of the body
 *   13  u8       1 if this is the last record of its batch, else 0
 *   14  u16      0
 *   16  8 bytes  identity of the segment
 *   24  u64      number of the batch
 *   32  u64      number of the batch before it
 *   40  ...      body, then zeros up to a multiple of 8
 *
 * Numbers of batches grow through the whole log. They leap over those of torn batches, which is why a record names
 * the batch before its own: only what follows the last complete batch can belong to the log, and a record whose
 * predecessor is later than that proves that a later batch was complete.
 */
export const RECORD_HEADER_BYTES = 40;
const IDENTITY_OFFSET = 16;
const ALIGNMENT = 8;

/** What all records of one batch have in common. */
export interface BatchStamp {
  readonly identity: Uint8Array;
  readonly batch: number;
  readonly previousBatch: number;
}

export interface RecordHeader {
  readonly length: number;
  readonly checksum: number;
  readonly kindCode: number;
  readonly last: boolean;
  readonly batch: number;
  readonly previousBatch: number;
}

/** Bytes that a record with a body of this length takes, padding included. */
export function recordBytes(bodyBytes: number): number {
  return Math.ceil((RECORD_HEADER_BYTES + bodyBytes) / ALIGNMENT) * ALIGNMENT;
}

/** Writes a header at an offset of `target`, which must hold zeros there. `view` is a view of all of `target`. */
export function putRecordHeader(
  target: Uint8Array,
  view: DataView,
  offset: number,
  stamp: BatchStamp,
  record: Pick<RecordHeader, 'length' | 'checksum' | 'kindCode' | 'last'>,
): void {
  view.setUint32(offset + 4, record.length, true);
  view.setUint32(offset + 8, record.checksum, true);
  view.setUint8(offset + 12, record.kindCode);
  view.setUint8(offset + 13, record.last ? 1 : 0);
  target.set(stamp.identity, offset + IDENTITY_OFFSET);
  putU64(view, offset + 24, stamp.batch);
  putU64(view, offset + 32, stamp.previousBatch);
  view.setUint32(offset, crc32(target.subarray(offset + 4, offset + RECORD_HEADER_BYTES)), true);
}

/** The header at this offset if there is a valid one of this segment; its body is not looked at. */
export function readRecordHeader(
  { bytes, view }: RecordFile,
  offset: number,
  identity: Uint8Array,
): RecordHeader | null {
  if (offset + RECORD_HEADER_BYTES > bytes.byteLength) return null;
  for (let at = 0; at < identity.byteLength; at += 1)
    if (bytes[offset + IDENTITY_OFFSET + at] !== identity[at]) return null;
  if (checksumOfFew(bytes, offset + 4, offset + RECORD_HEADER_BYTES) !== view.getUint32(offset, true))
    return null;
  return {
    length: view.getUint32(offset + 4, true),
    checksum: view.getUint32(offset + 8, true),
    kindCode: view.getUint8(offset + 12),
    last: view.getUint8(offset + 13) === 1,
    batch: readU64(view, offset + 24),
    previousBatch: readU64(view, offset + 32),
  };
}

/** Reads 8 bytes that a checksum has vouched for. */
function readU64(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 0x1_0000_0000;
}

/** Every valid header of this segment from an offset on, wherever it lies. */
export function* recordHeadersFrom(
  file: RecordFile,
  from: number,
  identity: Uint8Array,
): Generator<{ readonly offset: number; readonly header: RecordHeader }> {
  const { buffer, byteOffset, byteLength } = file.bytes;
  const haystack = Buffer.from(buffer, byteOffset, byteLength);
  const needle = Buffer.from(identity);
  let at = haystack.indexOf(needle, from + IDENTITY_OFFSET);
  while (at >= 0) {
    const offset = at - IDENTITY_OFFSET;
    const header = offset % ALIGNMENT === 0 ? readRecordHeader(file, offset, identity) : null;
    if (header !== null) yield { offset, header };
    at = haystack.indexOf(needle, at + 1);
  }
}
