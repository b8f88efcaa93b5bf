import { readHeader } from '../../../src/raft/storage/segment-format.ts';
import { readSegment } from '../../../src/raft/storage/segment-reader.ts';

/** Where a batch lies in its segment, in bytes. */
export interface BatchPlace {
  readonly start: number;
  readonly end: number;
}

/** The complete batches of a segment, in order; none if its header cannot be read. */
export function batchesOf(segment: Uint8Array): readonly BatchPlace[] {
  const found = readHeader(segment);
  if (found.kind !== 'header') return [];
  const { identity, previousBatch } = found.header;
  const batches: BatchPlace[] = [];
  readSegment(segment, identity, previousBatch, ({ start, end }) => batches.push({ start, end }));
  return batches;
}
