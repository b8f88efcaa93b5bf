import { viewOf } from '../codec/u64.ts';
import type { BatchStamp } from './record-header.ts';
import { putRecordHeader, RECORD_HEADER_BYTES, recordBytes } from './record-header.ts';
import type { RecordBody } from './record.ts';

/** A batch, ready for one `Disk.write`. */
export interface EncodedBatch {
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
}

/** Bytes that these records take in a segment. */
export function bytesOf(bodies: readonly RecordBody[]): number {
  let bytes = 0;
  for (const body of bodies) bytes += recordBytes(body.bytes.byteLength);
  return bytes;
}

/**
 * Lays out the records of one batch. Headers, paddings and small bodies are gathered in one buffer; large bodies go in by
 * reference.
 */
export function encodeBatch(bodies: readonly RecordBody[], stamp: BatchStamp): EncodedBatch {
  const bytes = bytesOf(bodies);
  let referencedBytes = 0;
  for (const body of bodies) if (isLarge(body)) referencedBytes += body.bytes.byteLength;
  const gathered = new Uint8Array(bytes - referencedBytes);
  const view = viewOf(gathered);
  const chunks: Uint8Array[] = [];
  let from = 0;
  let at = 0;
  bodies.forEach((body, i) => {
    const { kindCode, checksum } = body;
    const length = body.bytes.byteLength;
    putRecordHeader(gathered, view, at, stamp, { kindCode, checksum, length, last: i === bodies.length - 1 });
    at += RECORD_HEADER_BYTES;
    if (isLarge(body)) {
      chunks.push(gathered.subarray(from, at), body.bytes);
      from = at;
    } else {
      gathered.set(body.bytes, at);
      at += length;
    }
    at += recordBytes(length) - RECORD_HEADER_BYTES - length;
  });
  if (at > from) chunks.push(gathered.subarray(from, at));
  return { chunks, bytes };
}

/** Copying costs less than one more piece in a vectored write, up to about a page. */
function isLarge(body: RecordBody): boolean {
  return body.bytes.byteLength > 4096;
}
