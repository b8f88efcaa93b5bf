import { LogDamagedError } from './errors.ts';
import type { Disk } from './disk.ts';
import { LogWalk } from './log-walk.ts';
import type { FoundLog } from './log-walk.ts';
import { segmentFileName, sequenceOf } from './segment-format.ts';

/**
 * Reads and verifies the whole log of a folder, segment by segment; changes nothing. `folderId`: 32 hex digits.
 *
 * A batch that is not complete, with no record behind it that was written after a later batch, is a torn tail: the
 * log ends before it. Throws `LogDamagedError` if something is damaged or missing in the middle, `LogSuspectError` if the
 * log ends before its mark, `LogFormatError` for an unknown version, `LogForeignError` for another folder's file, and
 * `DiskError` if a file cannot be read.
 */
export function recoverLog(disk: Disk, folderId: string): FoundLog {
  const sequences = disk
    .list()
    .map(sequenceOf)
    .filter((sequence) => sequence !== null);
  sequences.forEach((sequence, i) => {
    if (sequence === i + 1) return;
    const file = disk.pathOf(segmentFileName(i + 1));
    throw new LogDamagedError(
      { file, offset: 0 },
      `the file is missing, though ${segmentFileName(sequence)} is there`,
    );
  });
  const walk = new LogWalk(disk, folderId);
  for (const sequence of sequences) walk.visit(sequence, sequence === sequences.length ? 'last' : 'inner');
  return walk.finish();
}
