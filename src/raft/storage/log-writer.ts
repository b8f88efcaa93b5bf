import type { HardState } from '../core/effect.ts';
import type { LogIndex } from '../core/ids.ts';
import type { Disk, DiskDone, DiskError } from './disk.ts';
import { bytesOf, encodeBatch } from './batch-encoder.ts';
import type { LogOptions } from './log-options.ts';
import type { DiskLogStore, LogBatch } from './log-store.ts';
import type { FoundLog } from './log-walk.ts';
import { nextMark } from './open-segment.ts';
import type { LogEnd, OpenSegment } from './open-segment.ts';
import { OlderSegments } from './older-segments.ts';
import { encodeBody, recordsOf } from './record.ts';
import type { LogRecord, RecordBody } from './record.ts';
import { encodeHeader, RECORDS_START, SEGMENT_IDENTITY_BYTES } from './segment-format.ts';
import { SegmentReserver } from './segment-reserver.ts';
import type { ReservedSegment } from './segment-reserver.ts';
import type { TermRuns } from './term-runs.ts';

/** A batch that waits to be written. */
interface Waiting {
  readonly bodies: readonly RecordBody[];
  readonly bytes: number;
  /** The log's end, and its term and vote, once this batch has been written. */
  readonly end: Omit<LogEnd, 'batch'>;
  readonly hardState: HardState;
  /** What drops entries that stand in earlier segments. */
  readonly drops: readonly LogRecord[];
  readonly done: () => void;
}

/** In the last segment there is, so much is kept for votes, no-ops, membership and resets. */
const KEPT_FOR_ESSENTIALS = { bytes: 1024 * 1024, ofSegment: 1 / 4 };

/**
 * Writes batches, one after the other: the records, then the mark that names their end, then one sync of both. What
 * arrives meanwhile gathers, and goes together with the next sync. A segment that has no room left is followed by the next one.
 */
export class LogWriter implements DiskLogStore {
  readonly #disk: Disk;
  readonly #options: LogOptions;
  readonly #folderId: Uint8Array;
  readonly #reserver: SegmentReserver;
  readonly #older: OlderSegments;
  /** Of the log with all that waits. */
  readonly #terms: TermRuns;
  #waitingHardState: HardState;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #state: 'idle' | 'busy' | 'failed' = 'idle';
  #segment: OpenSegment | null;
  /** Of the log as it is on disk. */
  #end: LogEnd;
  #hardState: HardState;
  #highestBatch: number;

  constructor(options: LogOptions, found: FoundLog) {
    this.#disk = options.disk;
    this.#options = options;
    this.#folderId = Buffer.from(options.folderId, 'hex');
    this.#terms = found.terms;
    this.#end = found.end;
    this.#hardState = found.log.hardState;
    this.#waitingHardState = found.log.hardState;
    this.#highestBatch = found.highestBatch;
    this.#segment = found.current;
    this.#older = new OlderSegments(found.older);
    this.#reserver = new SegmentReserver({
      disk: options.disk,
      sequence: found.spare?.sequence ?? (found.current?.sequence ?? found.older.at(-1)?.sequence ?? 0) + 1,
      segmentBytes: options.segmentBytes,
      spareBytes: found.spare?.bytes ?? 0,
      onReady: () => this.#writeNext(),
      onAlarm: options.onAlarm,
      onFailure: (error) => this.#fail(error),
    });
    this.#reserver.prepare(0);
  }

  append(batch: LogBatch, done: () => void): void {
    if (this.#state === 'failed') return;
    if (batch.reset !== null) this.#terms.reset(batch.reset);
    if (batch.truncateFrom !== null) this.#terms.truncateFrom(batch.truncateFrom);
    const records = recordsOf(batch, this.#terms.lastTerm);
    for (const entry of batch.entries) this.#terms.append(entry.index, entry.term);
    this.#waitingHardState = batch.hardState ?? this.#waitingHardState;
    const bodies = records.length === 0 ? [hardStateBody(this.#waitingHardState)] : records.map(encodeBody);
    const bytes = bytesOf(bodies);
    this.#waitingBytes += bytes;
    this.#waiting.push({
      bodies,
      bytes,
      end: { index: this.#terms.lastIndex, term: this.#terms.lastTerm },
      hardState: this.#waitingHardState,
      drops: records.filter(({ kind }) => kind === 'truncate' || kind === 'reset'),
      done,
    });
    this.#writeNext();
  }

  dropUpTo(index: LogIndex): void {
    // The term and vote must stand in what is left, and they do where a batch has been written.
    const { position = 0 } = this.#segment ?? {};
    if (this.#state === 'failed' || position <= RECORDS_START) return;
    for (const { name } of this.#older.takeCovered(index)) this.#disk.remove(name);
  }

  get roomBytes(): number {
    if (this.#reserver.isShort) return 0;
    return this.reserveBytes;
  }

  get reserveBytes(): number {
    const spareBytes = this.#reserver.readyBytes;
    if (this.#state === 'failed') return 0;
    if (spareBytes > 0 && this.#waitingBytes === 0 && !this.#reserver.isShort) return Number.MAX_SAFE_INTEGER;
    const { capacity = 0, position = 0 } = this.#segment ?? {};
    const room = spareBytes > 0 ? spareBytes - RECORDS_START : capacity - position;
    const { bytes, ofSegment } = KEPT_FOR_ESSENTIALS;
    const kept = Math.min(bytes, this.#options.segmentBytes * ofSegment);
    return Math.max(0, Math.floor(room - kept - this.#waitingBytes));
  }

  retryReserve(): void {
    if (this.#state !== 'failed') this.#reserver.retry();
  }

  /** Writes as much of what waits as fits into the segment, or begins the next one. */
  #writeNext(): void {
    const [first] = this.#waiting;
    if (this.#state !== 'idle' || first === undefined) return;
    const segment = this.#segment;
    const count = segment === null ? 0 : this.#countThatFit(segment);
    if (segment !== null && count > 0) {
      this.#state = 'busy';
      const group = this.#waiting.splice(0, count);
      for (const { bytes } of group) this.#waitingBytes -= bytes;
      this.#writeBatch(segment, group);
      return;
    }
    const reserved = this.#reserver.take(
      RECORDS_START + bytesOf([hardStateBody(this.#hardState)]) + first.bytes,
    );
    if (reserved === null) return;
    this.#state = 'busy';
    this.#begin(reserved);
  }

  #countThatFit(segment: OpenSegment): number {
    let room = segment.capacity - segment.position - bytesOf(this.#opening(segment));
    let count = 0;
    for (const { bytes } of this.#waiting) {
      if (bytes > room) break;
      room -= bytes;
      count += 1;
    }
    return count;
  }

  /** A segment begins with the term and vote, so that those before it can be dropped one day. */
  #opening(segment: OpenSegment): readonly RecordBody[] {
    return segment.position === RECORDS_START ? [hardStateBody(this.#hardState)] : [];
  }

  #writeBatch(segment: OpenSegment, group: readonly Waiting[]): void {
    const last = group.at(-1);
    if (last === undefined) return;
    const bodies = this.#opening(segment).concat(...group.map((waiting) => waiting.bodies));
    const batch = this.#highestBatch + 1;
    const stamp = { identity: segment.identity, batch, previousBatch: this.#end.batch };
    const { chunks, bytes } = encodeBatch(bodies, stamp);
    this.#highestBatch = batch;
    const end = { index: last.end.index, term: last.end.term, batch };
    // Only once the records are written may the mark be: a process that is killed must never leave it ahead of them.
    this.#disk.write(
      segment.name,
      segment.position,
      chunks,
      this.#then(() => {
        const position = segment.position + bytes;
        this.#writeMark({ ...segment, position }, end, 'open', (marked) => {
          this.#segment = marked;
          this.#end = end;
          this.#hardState = last.hardState;
          for (const { drops } of group) for (const record of drops) this.#older.apply(record);
          this.#state = 'idle';
          this.#writeNext();
          for (const { done } of group) done();
        });
      }),
    );
  }

  /** Writes a segment's next mark and syncs the segment. */
  #writeMark(
    segment: OpenSegment,
    end: LogEnd,
    state: 'open' | 'sealed',
    next: (marked: OpenSegment) => void,
  ): void {
    const mark = nextMark(segment, end, state);
    this.#disk.write(
      segment.name,
      mark.offset,
      [mark.bytes],
      this.#then(() => {
        this.#disk.sync(
          segment.name,
          this.#then(() => next(mark.segment)),
        );
      }),
    );
  }

  /** Begins a segment: its header is durable before the segment before it announces it, and that before its first record. */
  #begin(reserved: ReservedSegment): void {
    const { name, sequence, bytes } = reserved;
    const identity = this.#options.randomBytes(SEGMENT_IDENTITY_BYTES);
    const previousBatch = this.#end.batch;
    const follows = { firstIndex: this.#end.index + 1, previousBatch, previousTerm: this.#end.term };
    const header = encodeHeader({ sequence, identity, folderId: this.#folderId, ...follows });
    const begun: OpenSegment = {
      name,
      sequence,
      identity,
      capacity: bytes,
      position: RECORDS_START,
      markCounter: 0,
      cutTo: 0,
    };
    const goOn = (): void => {
      if (this.#segment !== null) this.#older.add(this.#segment, follows);
      this.#segment = begun;
      this.#state = 'idle';
      // At once, so that a lack of room is known while there is a whole segment left. Not sooner: only the last segment may lack its header.
      this.#reserver.prepare(0);
      this.#writeNext();
    };
    this.#disk.write(
      name,
      0,
      [header],
      this.#then(() => {
        this.#disk.sync(
          name,
          this.#then(() => {
            if (this.#segment === null) goOn();
            else this.#writeMark(this.#segment, this.#end, 'sealed', goOn);
          }),
        );
      }),
    );
  }

  #then(next: () => void): DiskDone {
    return (error) => {
      if (this.#state === 'failed') return;
      if (error === null) next();
      else this.#fail(error);
    };
  }

  /** After a failed write or sync nobody knows what the disk holds: nothing is acknowledged, written or tried any more. */
  #fail(error: DiskError): void {
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    this.#waiting.length = 0;
    this.#options.onFailure(error);
  }
}

function hardStateBody(hardState: HardState): RecordBody {
  return encodeBody({ kind: 'hard-state', hardState });
}
