import { BrokenInvariant } from '../invariants/invariant.ts';
import { markOffset, newestMark } from '../../../src/raft/storage/mark.ts';
import {
  readHeader,
  RECORDS_START,
  SECTOR_BYTES,
  sequenceOf,
} from '../../../src/raft/storage/segment-format.ts';
import type { SimDisk } from '../sim-disk.ts';

/** What a disk holds, by file: without the zeros at the end of what was reserved. */
export type Contents = ReadonlyMap<string, Uint8Array>;

export function contentsOf(disk: SimDisk): Contents {
  return new Map(disk.list().map((name) => [name, withoutEnd(disk.readFile(name))]));
}

/** Whoever refuses to start says why, in an error that was meant. */
export function assertClearRefusal(id: string, error: unknown): void {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string';
  if (!hasCode || !/nothing was changed/i.test(what))
    throw new BrokenInvariant(
      'A Clear Refusal',
      `${id} does not start, and does not say what to do: ${what}`,
      { cause: error },
    );
}

/** Whoever refuses to start leaves everything as it found it. */
export function assertNothingChanged(id: string, before: Contents, disk: SimDisk): void {
  const after = contentsOf(disk);
  const isSame =
    after.size === before.size && [...before].every(([name, bytes]) => isEqual(after.get(name), bytes));
  if (!isSame)
    throw new BrokenInvariant('Nothing Is Deleted', `${id} refuses to start, and has changed its disk`);
}

/** Files that hold nothing that anybody was promised: a snapshot that was on its way, room that was reserved. */
const OF_NO_ACCOUNT = /part|spare|identity\.json|\.tmp/;

/** Whoever starts on a folder in doubt keeps all that is in it: under its name, or set aside. */
export function assertNothingDeleted(id: string, before: Contents, disk: SimDisk): void {
  const goes = disk.pending.find(({ kind, file }) => kind === 'remove' && file.startsWith('aside-'));
  if (goes !== undefined)
    throw new BrokenInvariant(
      'Nothing Is Deleted',
      `${id} is about to delete ${goes.file}, which it has set aside`,
    );
  const after = [...contentsOf(disk)];
  for (const [name, bytes] of before) {
    const records = recordsOf(name, bytes);
    if (OF_NO_ACCOUNT.test(name) || records.length === 0) continue;
    const isKept = after.some(([place, kept]) => {
      const isIt = place === name || (place.startsWith('aside-') && place.endsWith(name));
      // What is kept in place may have been written on since.
      return isIt && isEqual(behindMarks(name, kept).subarray(0, records.length), records);
    });
    if (!isKept)
      throw new BrokenInvariant(
        'Nothing Is Deleted',
        `${id} found its folder in doubt, and what ${name} held is there no more`,
      );
  }
}

/**
 * Of a segment of the log what comes after its marks, which are written again and again, up to where the newest says that its records
 * end: what is behind that was on its way when a write failed, and nobody was promised it. If a mark cannot be read, the newest may be
 * that one: then everything counts.
 */
function recordsOf(name: string, bytes: Uint8Array): Uint8Array {
  if (sequenceOf(name) === null) return bytes;
  const found = readHeader(bytes);
  const mark =
    found.kind === 'header' && SLOTS.every((slot) => isSoundSlot(bytes, slot, found.header.identity))
      ? newestMark(bytes, found.header.identity)
      : null;
  return bytes.subarray(Math.min(RECORDS_START, bytes.length), mark?.position);
}

const SLOTS = [markOffset(0), markOffset(1)] as const;

/** It holds a mark, or was never written. */
function isSoundSlot(bytes: Uint8Array, slot: number, identity: Uint8Array): boolean {
  const alone = new Uint8Array(RECORDS_START);
  const held = bytes.subarray(slot, Math.min(slot + SECTOR_BYTES, bytes.length));
  alone.set(held, slot);
  return held.every((byte) => byte === 0) || newestMark(alone, identity) !== null;
}

/** The same, to the end. */
const behindMarks = (name: string, bytes: Uint8Array): Uint8Array =>
  sequenceOf(name) === null ? bytes : bytes.subarray(Math.min(RECORDS_START, bytes.length));

function withoutEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

const isEqual = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.compare(a, b) === 0;
