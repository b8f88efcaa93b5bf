import { viewOf } from '../codec/u64.ts';
import { CodecError } from '../codec/codec-error.ts';
import { readRecordHeader, RECORD_HEADER_BYTES, recordBytes, recordHeadersFrom } from './record-header.ts';
import { decodeBody } from './record.ts';
import type { LogRecord, RecordFile } from './record.ts';
import { RECORDS_START } from './segment-format.ts';

/** One complete batch, as found in a segment. */
export interface FoundBatch {
  readonly batch: number;
  readonly previousBatch: number;
  readonly records: readonly LogRecord[];
  readonly start: number;
  readonly end: number;
}

/** How far a segment could be read, and what lies behind. */
export interface SegmentReading {
  /** Where the last complete batch ends. */
  readonly end: number;
  readonly lastBatch: number;
  /** The highest number of a batch that any record here bears, torn ones included. */
  readonly highestBatch: number;
  /** Why the log does not go on at `end`. */
  readonly why: string;
  /** A record behind `end` that was written after a batch which cannot be read any more. */
  readonly later: { readonly offset: number; readonly batch: number } | null;
}

/**
 * Reads the complete batches of a segment, one after the other from the batch that came before, each handed to `found`.
 * A batch whose last record is not there is not complete. The work is linear in the segment's bytes.
 */
export function readSegment(
  segment: Uint8Array,
  identity: Uint8Array,
  batchBefore: number,
  found: (batch: FoundBatch) => void,
): SegmentReading {
  const file: RecordFile = { bytes: segment, view: viewOf(segment) };
  let end = RECORDS_START;
  let lastBatch = batchBefore;
  let next = readBatch(file, end, identity, lastBatch);
  while (next.kind === 'batch') {
    found(next.batch);
    end = next.batch.end;
    lastBatch = next.batch.batch;
    next = readBatch(file, end, identity, lastBatch);
  }
  let highestBatch = lastBatch;
  let later: SegmentReading['later'] = null;
  for (const { offset, header } of recordHeadersFrom(file, end, identity)) {
    highestBatch = Math.max(highestBatch, header.batch);
    if (header.previousBatch > lastBatch) later ??= { offset, batch: header.batch };
  }
  return { end, lastBatch, highestBatch, why: next.why, later };
}

type BatchReading =
  { readonly kind: 'batch'; readonly batch: FoundBatch } | { readonly kind: 'none'; readonly why: string };

function readBatch(file: RecordFile, start: number, identity: Uint8Array, before: number): BatchReading {
  const records: LogRecord[] = [];
  let batch: number | null = null;
  let at = start;
  for (;;) {
    const header = readRecordHeader(file, at, identity);
    if (header === null) return none(`no valid record begins at byte ${at}`);
    if (
      header.previousBatch !== before ||
      header.batch <= before ||
      (batch !== null && header.batch !== batch)
    ) {
      return none(
        `the record at byte ${at} belongs to batch ${header.batch}, not to the one that follows batch ${before}`,
      );
    }
    const bodyStart = at + RECORD_HEADER_BYTES;
    const bodyEnd = bodyStart + header.length;
    if (bodyEnd > file.bytes.byteLength)
      return none(`the record at byte ${at} goes past the end of the file`);
    try {
      records.push(decodeBody(file, bodyStart, header));
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return none(`the record at byte ${at} cannot be read: ${error.message}`);
    }
    batch = header.batch;
    at += recordBytes(header.length);
    if (header.last) {
      return { kind: 'batch', batch: { batch, previousBatch: before, records, start, end: at } };
    }
  }
}

function none(why: string): BatchReading {
  return { kind: 'none', why };
}
