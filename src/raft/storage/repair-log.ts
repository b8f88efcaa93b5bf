import { asideName, copyAside, moveAside } from './aside.ts';
import type { Disk } from './disk.ts';
import type { DoubtKind } from './doubt.ts';
import type { SoundPrefix } from './log-walk.ts';
import { nextMark } from './open-segment.ts';
import { endOfData, segmentFileName, sequenceOf } from './segment-format.ts';

const ZEROS_BYTES = 1024 * 1024;

/** Under which number and why files are set aside. */
export interface Aside {
  readonly number: number;
  readonly why: DoubtKind;
}

/** The names under which `cutLog` sets files aside. */
export function asidesOfCut(
  disk: Disk,
  prefix: SoundPrefix | null,
  { number, why }: Aside,
): readonly string[] {
  const last = prefix?.segment.sequence ?? 0;
  const beyond = segmentsBeyond(disk, last).map((sequence) => segmentFileName(sequence));
  const cut =
    prefix !== null && restOf(disk, prefix).end > prefix.segment.position ? [prefix.segment.name] : [];
  return [...cut, ...beyond].map((name) => asideName(number, why, name));
}

/**
 * Cuts a log to what could be read of it, so that it is a sound one. Each step leaves a log that is found broken and is cut at the
 * very same place, until the last is done: later segments are moved aside, the last one first; a copy of the segment that is cut is kept;
 * its rest is overwritten with zeros; its mark says that it ends there.
 */
export function cutLog(disk: Disk, prefix: SoundPrefix | null, { number, why }: Aside): void {
  for (const sequence of segmentsBeyond(disk, prefix?.segment.sequence ?? 0).toReversed())
    moveAside(disk, number, why, segmentFileName(sequence));
  if (prefix === null) return;
  const { segment, end } = prefix;
  const rest = restOf(disk, prefix);
  if (rest.end > segment.position) {
    copyAside(disk, number, why, segment.name, rest.file.subarray(0, rest.end));
    for (let at = segment.position; at < rest.end; at += ZEROS_BYTES)
      disk.writeDurably(segment.name, at, new Uint8Array(Math.min(ZEROS_BYTES, rest.end - at)));
  }
  const mark = nextMark(segment, end, 'open');
  disk.writeDurably(segment.name, mark.offset, mark.bytes);
}

function restOf(disk: Disk, { segment }: SoundPrefix): { readonly file: Uint8Array; readonly end: number } {
  const file = disk.readFile(segment.name);
  return { file, end: endOfData(file, Math.min(segment.position, file.byteLength)) };
}

function segmentsBeyond(disk: Disk, last: number): readonly number[] {
  return disk
    .list()
    .map(sequenceOf)
    .filter((sequence) => sequence !== null)
    .filter((sequence) => sequence > last);
}
