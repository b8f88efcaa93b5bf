import type { LogPosition } from '../core/snapshot-meta.ts';
import { LogDamagedError, LogForeignError, LogSuspectError } from './errors.ts';
import type { Disk } from './disk.ts';
import { LogWalk } from './log-walk.ts';
import type { FoundLog, SoundPrefix } from './log-walk.ts';
import type { OlderSegment } from './older-segments.ts';
import { readHeader, SECTOR_BYTES, segmentFileName, sequenceOf } from './segment-format.ts';

/** What is wrong with a log that cannot be taken as it is. */
export type LogProblem = LogDamagedError | LogSuspectError | LogForeignError;

export type Recovery =
  | { readonly kind: 'sound'; readonly found: FoundLog; readonly kept: KeptLog | null }
  | { readonly kind: 'broken'; readonly problem: LogProblem; readonly kept: KeptLog | null };

/** What could be read of a log and belongs to it, though something behind it is wrong. */
export interface KeptLog {
  readonly prefix: SoundPrefix;
  /** Index of its last `members` entry, 0 if it has none. */
  readonly membersIndex: number;
}

export interface RecoverOptions {
  readonly disk: Disk;
  /** Identities of the folder, 32 hex digits each: first the one of today, then those that it had. */
  readonly folderIds: readonly string[];
  /** Where the newest snapshot ends, if there is one: what it covers need not be in the log. */
  readonly snapshot: LogPosition | null;
}

/**
 * Reads and verifies the log of a folder, segment by segment; changes nothing. The sound log, or throws `LogDamagedError` if
 * something is damaged or missing in the middle, `LogSuspectError` if the log ends before its mark, `LogForeignError`
 * for another folder's file, `LogFormatError` for an unknown version, and `DiskError` if a file cannot be read.
 *
 * A batch that is not complete, with no record behind it that was written after a later batch, is a torn tail: the
 * log ends before it.
 */
export function recoverLog(options: RecoverOptions): FoundLog {
  const recovery = tryRecoverLog(options);
  if (recovery.kind === 'broken') throw recovery.problem;
  return recovery.found;
}

/** The same; the first three errors are given back instead, together with what could be read. */
export function tryRecoverLog(options: RecoverOptions): Recovery {
  const { disk } = options;
  const runs = runsOf(disk.list()).map((run) => ({ run, needed: firstNeeded(options, run) }));
  const [last = { run: [], needed: -1 }] = runs.slice(-1);
  // Runs before one that goes on from the snapshot: a crash has brought back, or spared, some of the segments that were dropped.
  // That it does may show only when it is read: a truncation in it may reach back below where it begins.
  const leftovers = runs.slice(0, -1).flatMap(({ run }) => run);
  const newest = recoverRun(options, last.run, last.needed, leftovers);
  const goesOn = newest.kind === 'sound' && newest.found.current !== null;
  if (last.needed >= 0 || runs.length <= 1 || goesOn) return newest;
  const at = runs.findLastIndex(({ needed }) => needed >= 0);
  const before = runs[at];
  const [after = 0] = runs[at + 1]?.run ?? [];
  const missing = before === undefined ? after - 1 : (before.run.at(-1) ?? 0) + 1;
  const recovery = before === undefined ? null : recoverRun(options, before.run, before.needed, []);
  return {
    kind: 'broken',
    problem: missingSegment(disk, missing, `${segmentFileName(after)} is there`),
    kept: recovery?.kind === 'sound' ? recovery.kept : (recovery?.kept ?? null),
  };
}

/** Sequence numbers of segments in unbroken runs, in order. */
function runsOf(names: readonly string[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const sequence of names.map(sequenceOf)) {
    if (sequence === null) continue;
    const run = runs.at(-1);
    if (run?.at(-1) === sequence - 1) run.push(sequence);
    else runs.push([sequence]);
  }
  return runs;
}

/**
 * The place in a run of the first segment that the log cannot do without, -1 if the run is of no use: the last one
 * before which the log ended no later than the snapshot does. All that was written after the snapshot stands there or later.
 */
function firstNeeded({ disk, folderIds, snapshot }: RecoverOptions, run: readonly number[]): number {
  return run.findLastIndex((sequence) => {
    const found = readHeader(disk.readRange(segmentFileName(sequence), 0, new Uint8Array(SECTOR_BYTES)));
    if (found.kind !== 'header') return false;
    const { firstIndex, previousTerm, folderId } = found.header;
    const isOurs = folderIds.includes(Buffer.from(folderId).toString('hex'));
    if (!isOurs || found.header.sequence !== sequence) return false;
    return firstIndex === 1 || (previousTerm !== null && firstIndex - 1 <= (snapshot?.index ?? 0));
  });
}

/**
 * Reads a run from one segment before the first that is needed: its entries are what a follower may lack that was away for a
 * moment. If it cannot be read, nothing is lost. Further back only if no term and vote stand where it begins.
 */
function recoverRun(
  options: RecoverOptions,
  run: readonly number[],
  needed: number,
  leftovers: readonly number[],
): Recovery {
  let start = Math.max(0, needed - 1);
  let recovery = walk(options, run, start, leftovers);
  while (start > 0 && recovery.kind === 'sound' && !recovery.found.hasHardState) {
    start -= 1;
    recovery = walk(options, run, start, leftovers);
  }
  if (recovery.kind === 'sound' || start >= needed) return recovery;
  const least = walk(options, run, needed, leftovers);
  if (least.kind === 'sound') return least.found.hasHardState ? least : recovery;
  return least.kept === null ? recovery : least;
}

function walk(
  { disk, folderIds, snapshot }: RecoverOptions,
  run: readonly number[],
  start: number,
  leftovers: readonly number[],
): Recovery {
  const snapshotIndex = snapshot?.index ?? 0;
  const logWalk = new LogWalk(disk, folderIds);
  const last = run.at(-1);
  try {
    for (const sequence of run.slice(start)) logWalk.visit(sequence, sequence === last ? 'last' : 'inner');
    const found = logWalk.finish();
    const { base } = found.log;
    const sequence = run[start] ?? 0;
    const isVoteLost = start === 0 && found.end.batch > 0 && !found.hasHardState;
    if (base.index > snapshotIndex || isVoteLost) {
      const what = `${segmentFileName(sequence)} goes on after entry ${base.index} and the newest snapshot reaches entry ${snapshotIndex}`;
      return { kind: 'broken', problem: missingSegment(disk, Math.max(1, sequence - 1), what), kept: null };
    }
    const skipped = [...leftovers, ...run.slice(0, start)].map(coveredSegment);
    return { kind: 'sound', found: { ...found, older: [...skipped, ...found.older] }, kept: keptOf(logWalk) };
  } catch (problem) {
    if (!isLogProblem(problem)) throw problem;
    const kept = keptOf(logWalk);
    const belongs = kept !== null && kept.prefix.base.index <= snapshotIndex;
    return { kind: 'broken', problem, kept: belongs ? kept : null };
  }
}

function keptOf({ prefix, membersIndex }: LogWalk): KeptLog | null {
  return prefix === null ? null : { prefix, membersIndex };
}

function coveredSegment(sequence: number): OlderSegment {
  return { name: segmentFileName(sequence), sequence, neededUpTo: 0, next: 'may-be-first' };
}

function missingSegment(disk: Disk, sequence: number, what: string): LogDamagedError {
  const file = disk.pathOf(segmentFileName(sequence));
  return new LogDamagedError({ file, offset: 0 }, `the file is missing, though ${what}`);
}

function isLogProblem(error: unknown): error is LogProblem {
  return (
    error instanceof LogDamagedError || error instanceof LogSuspectError || error instanceof LogForeignError
  );
}
