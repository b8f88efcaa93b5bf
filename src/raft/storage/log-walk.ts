import type { HardState } from '../core/effect.ts';
import { RaftInvariantError } from '../core/errors.ts';
import { logIndex, NO_TERM } from '../core/ids.ts';
import type { LogPosition } from '../core/snapshot-meta.ts';
import type { Disk } from './disk.ts';
import { LogDamagedError, LogForeignError, LogFormatError, LogSuspectError } from './errors.ts';
import type { LogPlace } from './errors.ts';
import { LogReplay } from './log-replay.ts';
import type { RecoveredLog } from './log-store.ts';
import { markOffset, newestMark } from './mark.ts';
import type { Mark } from './mark.ts';
import type { LogEnd, OpenSegment } from './open-segment.ts';
import {
  endOfData,
  FORMAT_VERSION,
  readHeader,
  RECORDS_START,
  SECTOR_BYTES,
  segmentFileName,
} from './segment-format.ts';
import type { SegmentHeader } from './segment-format.ts';
import { readSegment } from './segment-reader.ts';
import type { FoundBatch, SegmentReading } from './segment-reader.ts';
import { OlderSegments } from './older-segments.ts';
import type { OlderSegment } from './older-segments.ts';
import { BEGINNING } from './term-runs.ts';
import type { TermRuns } from './term-runs.ts';

/** A log as it was found, and where to go on writing it. */
export interface FoundLog {
  readonly log: RecoveredLog;
  readonly terms: TermRuns;
  readonly end: LogEnd;
  /** The highest number that any batch bears, complete or torn. */
  readonly highestBatch: number;
  /** The segment to append to, or null if none was ever begun. */
  readonly current: OpenSegment | null;
  /** The segment before it, if a crash kept it from being sealed. */
  readonly unsealed: OpenSegment | null;
  /** A segment that was reserved and never used. */
  readonly spare: { readonly sequence: number; readonly bytes: number } | null;
  /** Segments before the current one, oldest first. */
  readonly older: readonly OlderSegment[];
  /** Whether any term and vote were found. */
  readonly hasHardState: boolean;
}

/** As much of a log as could be read before something was wrong: where to cut it. */
export interface SoundPrefix {
  /** The last segment of which a batch could be read; its position is where that batch ends. */
  readonly segment: OpenSegment;
  readonly end: LogEnd;
  /** The place before the first entry that is left. */
  readonly base: LogPosition;
  readonly hardState: HardState;
}

/** A segment that was visited. */
interface Visited {
  readonly segment: OpenSegment;
  readonly mark: Mark | null;
  readonly reading: SegmentReading;
  /** Where the last byte that is not zero ends. */
  readonly dataEnd: number;
}

/** Goes through the segments of a log in order, and holds each against what the ones before it said. */
export class LogWalk {
  readonly #disk: Disk;
  readonly #folderIds: readonly string[];
  readonly #older = new OlderSegments();
  #replay = new LogReplay(BEGINNING);
  #prefix: SoundPrefix | null = null;
  #previous: Visited | null = null;
  #current: Visited | null = null;
  #spare: FoundLog['spare'] = null;
  #lastBatch = 0;
  #highestBatch = 0;

  /** `folderIds`: identities that the folder has, first the one of today, and had. */
  constructor(disk: Disk, folderIds: readonly string[]) {
    this.#disk = disk;
    this.#folderIds = folderIds;
  }

  /** What could be read so far, though the next visit threw; null before the first batch. */
  get prefix(): SoundPrefix | null {
    return this.#prefix;
  }

  /** Index of the last `members` entry that was read, 0 if there is none. */
  get membersIndex(): number {
    const index = this.#replay.entries.findLast(({ kind }) => kind === 'members')?.index ?? 0;
    return Math.min(index, this.#prefix?.end.index ?? 0);
  }

  /** Reads a segment. The first to be visited may be any whose predecessors were dropped. */
  visit(sequence: number, place: 'inner' | 'last'): void {
    const name = segmentFileName(sequence);
    const file = this.#disk.pathOf(name);
    const bytes = this.#disk.readFile(name);
    if (bytes.byteLength < RECORDS_START) {
      throw new LogDamagedError({ file, offset: 0 }, `the file was cut to ${bytes.byteLength} bytes`);
    }
    const found = readHeader(bytes);
    switch (found.kind) {
      case 'unknown-version':
        throw new LogFormatError(file, found.version, FORMAT_VERSION);
      case 'unreadable':
        this.#acceptSpare(sequence, bytes, place, found.why);
        return;
      case 'header':
        this.#checkHeader(sequence, found.header);
        if (this.#current !== null) this.#older.add(this.#current.segment, found.header);
        this.#previous = this.#current;
        this.#current = this.#read(name, bytes, found.header);
        return;
      default:
        found satisfies never;
    }
  }

  finish(): FoundLog {
    const current = this.#current;
    if (current !== null) this.#checkEnd(current);
    const { terms, entries, hardState, hasHardState } = this.#replay;
    const tornTail = current === null ? null : this.#tornTail(current);
    return {
      log: { hardState, base: terms.base, entries, tornTail },
      terms,
      end: this.#endAt(this.#lastBatch),
      highestBatch: this.#highestBatch,
      current: current?.segment ?? null,
      unsealed: this.#unsealed(),
      spare: this.#spare,
      older: this.#older.list,
      hasHardState,
    };
  }

  /** A crash between the beginning of a segment and the sealing of the one before leaves the new one without a record. */
  #unsealed(): OpenSegment | null {
    if (this.#previous === null || this.#previous.mark?.sealed === true) return null;
    return this.#current?.reading.end === RECORDS_START ? this.#previous.segment : null;
  }

  /** The last segment may have been reserved and never used: then nothing was ever written behind its header, nor announced before it. */
  #acceptSpare(sequence: number, bytes: Uint8Array, place: 'inner' | 'last', why: string): void {
    const at = { file: this.#disk.pathOf(segmentFileName(sequence)), offset: 0 };
    if (place === 'inner') throw new LogDamagedError(at, `${why}, though later segments are there`);
    if (endOfData(bytes, SECTOR_BYTES) > SECTOR_BYTES)
      throw new LogDamagedError(at, `${why}, though records lie behind it`);
    if (this.#current?.mark?.sealed === true) {
      throw new LogDamagedError(at, `${why}, though the segment before it says that the log goes on here`);
    }
    this.#spare = { sequence, bytes: bytes.byteLength };
  }

  #checkHeader(sequence: number, header: SegmentHeader): void {
    const file = this.#disk.pathOf(segmentFileName(sequence));
    const folderId = Buffer.from(header.folderId).toString('hex');
    if (!this.#folderIds.includes(folderId))
      throw new LogForeignError(file, folderId, this.#folderIds[0] ?? '');
    if (header.sequence !== sequence) {
      throw new LogDamagedError(
        { file, offset: 0 },
        `it was made as ${segmentFileName(header.sequence)} and has been renamed`,
      );
    }
    if (this.#current === null) this.#begin(header);
    if (header.previousBatch > this.#lastBatch) {
      const before = this.#current;
      const at = before === null ? { file, offset: 0 } : this.#place(before.segment.name, before.reading.end);
      const why = before?.reading.why ?? 'nothing is there before the first segment';
      throw new LogDamagedError(
        at,
        `${why}, though the next segment was begun after batch ${header.previousBatch}`,
      );
    }
    if (header.previousBatch < this.#lastBatch || header.firstIndex !== this.#replay.terms.lastIndex + 1) {
      const found = `batch ${this.#lastBatch} and entry ${this.#replay.terms.lastIndex}`;
      throw new LogDamagedError(
        { file, offset: 0 },
        `it was begun after batch ${header.previousBatch} and before entry ${header.firstIndex}, but follows ${found}`,
      );
    }
  }

  /** What came before the first segment that is read is known from its header. */
  #begin(header: SegmentHeader): void {
    this.#replay = new LogReplay({
      index: logIndex(header.firstIndex - 1),
      term: header.previousTerm ?? NO_TERM,
    });
    this.#lastBatch = header.previousBatch;
    this.#highestBatch = header.previousBatch;
  }

  #read(name: string, bytes: Uint8Array, header: SegmentHeader): Visited {
    const mark = newestMark(bytes, header.identity);
    let agreed = mark?.position === RECORDS_START;
    let predecessor = 0;
    const { sequence, identity } = header;
    // A segment of an older format is full, whatever it holds: what it lacks could not be said in it.
    const roomOf = (position: number): number => (header.previousTerm === null ? position : bytes.byteLength);
    const segmentTo = (position: number): OpenSegment => ({
      name,
      sequence,
      identity,
      capacity: roomOf(position),
      position,
      markCounter: mark?.counter ?? 0,
      cutTo: 0,
    });
    const reading = readSegment(bytes, identity, this.#lastBatch, (found) => {
      this.#apply(name, found);
      this.#prefix = {
        segment: segmentTo(found.end),
        end: this.#endAt(found.batch),
        base: this.#replay.terms.base,
        hardState: this.#replay.hardState,
      };
      if (found.start > RECORDS_START) predecessor = found.previousBatch;
      if (mark?.position === found.end) agreed = this.#matches(mark, found.batch);
    });
    this.#lastBatch = reading.lastBatch;
    this.#highestBatch = Math.max(this.#highestBatch, reading.highestBatch, mark?.batch ?? 0);
    if (reading.later !== null) {
      const { batch, offset } = reading.later;
      throw new LogDamagedError(
        this.#place(name, reading.end),
        `${reading.why}, though a record of the later batch ${batch} lies at byte ${offset}`,
      );
    }
    if (mark !== null && mark.position <= reading.end && !agreed) {
      throw new LogDamagedError(
        this.#place(name, markOffset(mark.counter)),
        `the mark names byte ${mark.position} and entry ${mark.index} of term ${mark.term}, and the log has no such place`,
      );
    }
    if ((mark?.batch ?? 0) < predecessor) {
      throw new LogDamagedError(
        this.#place(name, SECTOR_BYTES),
        `the mark of batch ${predecessor} cannot be read any more`,
      );
    }
    const dataEnd = endOfData(bytes, reading.end);
    const cutTo = dataEnd > reading.end ? dataEnd : 0;
    return { segment: { ...segmentTo(reading.end), cutTo }, mark, reading, dataEnd };
  }

  #apply(name: string, found: FoundBatch): void {
    try {
      for (const record of found.records) {
        this.#replay.apply(record);
        this.#older.apply(record);
      }
    } catch (cause) {
      if (!(cause instanceof RaftInvariantError)) throw cause;
      throw new LogDamagedError(
        this.#place(name, found.start),
        `batch ${found.batch} cannot be: ${cause.message}`,
        { cause },
      );
    }
  }

  #matches(mark: Mark, batch: number): boolean {
    const { lastIndex, lastTerm } = this.#replay.terms;
    return mark.batch === batch && mark.index === lastIndex && mark.term === lastTerm;
  }

  #endAt(batch: number): LogEnd {
    const { lastIndex, lastTerm } = this.#replay.terms;
    return { batch, index: lastIndex, term: lastTerm };
  }

  /** The last segment that was begun must reach its mark, and must not announce another. */
  #checkEnd({ segment, mark, reading }: Visited): void {
    if (mark?.sealed === true) {
      const file = this.#disk.pathOf(segmentFileName(segment.sequence + 1));
      throw new LogDamagedError(
        { file, offset: 0 },
        `the file is missing, though ${segment.name} says that the log goes on in it`,
      );
    }
    if (mark !== null && mark.position > reading.end) {
      throw new LogSuspectError(this.#place(segment.name, reading.end), mark, reading.why);
    }
  }

  /** What lies behind the end, unless it was already there when the log was last opened. */
  #tornTail({ segment, mark, reading, dataEnd }: Visited): RecoveredLog['tornTail'] {
    if (dataEnd <= Math.max(reading.end, mark?.cutTo ?? 0)) return null;
    return { ...this.#place(segment.name, reading.end), bytes: dataEnd - reading.end };
  }

  #place(name: string, offset: number): LogPlace {
    return { file: this.#disk.pathOf(name), offset };
  }
}
