import { crc32 } from 'node:zlib';
import { logIndex, term } from '../core/ids.ts';
import type { LogIndex, Term } from '../core/ids.ts';
import { getU64, putU64, viewOf } from '../codec/u64.ts';
import { SECTOR_BYTES } from './segment-format.ts';

/*
 * A mark says up to where records are being written. It is written after the records of its batch and before the one
 * sync of both, into the slot that does not hold the newest mark. Little-endian:
 *
 *    0  u32      CRC-32 of bytes 4 to 63
 *    4  u32      1 if the log goes on in the next segment, else 0
 *    8  u64      counter: the higher of two marks is the newer
 *   16  8 bytes  identity of the segment
 *   24  u64      position, in bytes, at which the last record ends
 *   32  u64      term of the last entry
 *   40  u64      index of the last entry
 *   48  u64      number of the batch
 *   56  u64      position up to which the remains of a torn batch were seen and cut
 */
const MARK_BYTES = 64;
const SLOTS = [SECTOR_BYTES, 2 * SECTOR_BYTES] as const;

export interface Mark {
  readonly counter: number;
  /** The log goes on in the next segment: if that one is missing, it has been lost. */
  readonly sealed: boolean;
  readonly position: number;
  readonly term: Term;
  readonly index: LogIndex;
  readonly batch: number;
  readonly cutTo: number;
}

/** Where a mark with this counter is written. */
export function markOffset(counter: number): number {
  return SLOTS[counter % 2 === 0 ? 0 : 1];
}

export function encodeMark(identity: Uint8Array, mark: Mark): Uint8Array {
  const bytes = new Uint8Array(MARK_BYTES);
  const view = viewOf(bytes);
  view.setUint32(4, mark.sealed ? 1 : 0, true);
  putU64(view, 8, mark.counter);
  bytes.set(identity, 16);
  putU64(view, 24, mark.position);
  putU64(view, 32, mark.term);
  putU64(view, 40, mark.index);
  putU64(view, 48, mark.batch);
  putU64(view, 56, mark.cutTo);
  view.setUint32(0, crc32(bytes.subarray(4)), true);
  return bytes;
}

/** The newest valid mark of a segment, or null if it has none. */
export function newestMark(file: Uint8Array, identity: Uint8Array): Mark | null {
  let newest: Mark | null = null;
  for (const offset of SLOTS) {
    const mark = decodeMark(file.subarray(offset, offset + MARK_BYTES), identity);
    if (mark !== null && (newest === null || mark.counter > newest.counter)) newest = mark;
  }
  return newest;
}

function decodeMark(bytes: Uint8Array, identity: Uint8Array): Mark | null {
  const view = viewOf(bytes);
  if (crc32(bytes.subarray(4)) !== view.getUint32(0, true)) return null;
  if (identity.some((byte, at) => bytes[16 + at] !== byte)) return null;
  return {
    counter: getU64(view, 8),
    sealed: view.getUint32(4, true) === 1,
    position: getU64(view, 24),
    term: term(getU64(view, 32)),
    index: logIndex(getU64(view, 40)),
    batch: getU64(view, 48),
    cutTo: getU64(view, 56),
  };
}
