import { logIndex, term } from '../../../src/raft/core/ids.ts';
import type { LogIndex, Term } from '../../../src/raft/core/ids.ts';
import type { Standing } from '../../../src/raft/core/membership.ts';
import type { LogPosition } from '../../../src/raft/core/snapshot-meta.ts';
import type { HardState } from '../../../src/raft/core/effect.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { seededRandom } from '../../../src/raft/core/random.ts';
import type { Random } from '../../../src/raft/core/random.ts';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import type { DiskLogStore, LogBatch, RecoveredLog } from '../../../src/raft/storage/log-store.ts';
import { openLog } from '../../../src/raft/storage/open-log.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';

export const FOLDER_ID = '000102030405060708090a0b0c0d0e0f';

/** The contents of a log, in a form that compares. */
export interface LogContents {
  readonly hardState: HardState;
  /** Index and term. */
  readonly base: string;
  readonly entries: readonly string[];
}

export const BEGINNING: LogPosition = { index: logIndex(0), term: term(0) };

export const NOTHING: LogContents = {
  hardState: { term: term(0), votedFor: null, standing: 'voting' },
  base: '0@0',
  entries: [],
};

export const contentsOf = (log: Pick<RecoveredLog, 'hardState' | 'base' | 'entries'>): LogContents => ({
  hardState: log.hardState,
  base: `${log.base.index}@${log.base.term}`,
  entries: log.entries.map(describe),
});

const describe = ({ index, term, kind, bytes }: Entry): string =>
  `${index}@${term} ${kind} ${Buffer.from(bytes).toString('base64')}`;

export const entryOf = (
  index: number,
  inTerm: number,
  payload: Uint8Array | string = `entry ${index}`,
): Entry =>
  sealEntry(term(inTerm), logIndex(index), {
    kind: 'commands',
    clusterTimeMs: index * 10,
    payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
  });

export const votes = (inTerm: number, votedFor: string | null, standing: Standing = 'voting'): HardState => ({
  term: term(inTerm),
  votedFor: votedFor === null ? null : nodeId(votedFor),
  standing,
});

export const at = (index: number, inTerm: number): LogPosition => ({
  index: logIndex(index),
  term: term(inTerm),
});

export const batchOf = (fields: {
  readonly hardState?: HardState;
  readonly reset?: LogPosition;
  readonly truncateFrom?: number;
  readonly entries?: readonly Entry[];
}): LogBatch => ({
  hardState: fields.hardState ?? null,
  reset: fields.reset ?? null,
  truncateFrom: fields.truncateFrom === undefined ? null : logIndex(fields.truncateFrom),
  entries: fields.entries ?? [],
});

/** A log on a simulated disk, and a record of all that was asked of it and promised by it. */
export class LogLab {
  readonly disk = new SimDisk();
  readonly alarms: string[] = [];
  readonly failures: string[] = [];
  /** What the log holds after each batch that was appended, the first being what was recovered. */
  states: LogContents[] = [NOTHING];
  /** How many of them have been acknowledged. */
  acknowledged = 0;
  recovered: RecoveredLog | null = null;
  readonly #segmentBytes: number;
  readonly #random: Random;
  #store: DiskLogStore | null = null;
  #base = BEGINNING;
  #entries: readonly Entry[] = [];
  #hardState: HardState = NOTHING.hardState;

  constructor(segmentBytes = 8192, seed = 1) {
    this.#segmentBytes = segmentBytes;
    this.#random = seededRandom(seed);
  }

  get store(): DiskLogStore {
    if (this.#store === null) throw new Error('the log is not open');
    return this.#store;
  }

  /** Starts a process on the disk as it is, beside a snapshot that ends there. Throws what `openLog` throws. */
  open(snapshot: LogPosition | null = null): RecoveredLog {
    this.#store = null;
    const { recovered, store } = openLog({
      disk: this.disk,
      folderId: FOLDER_ID,
      pastFolderIds: [],
      snapshot,
      segmentBytes: this.#segmentBytes,
      randomBytes: (count) => Uint8Array.from({ length: count }, () => this.#random.below(256)),
      onAlarm: (alarm) => this.alarms.push(alarm),
      onFailure: (error) => this.failures.push(error.code),
    });
    this.#store = store;
    this.recovered = recovered;
    this.states = [contentsOf(recovered)];
    this.acknowledged = 0;
    this.#base = recovered.base;
    this.#entries = recovered.entries;
    this.#hardState = recovered.hardState;
    return recovered;
  }

  append(batch: LogBatch): void {
    if (batch.reset !== null) this.#base = batch.reset;
    const before = batch.reset === null ? this.#entries : [];
    const from = batch.truncateFrom;
    const kept = from === null ? before : before.filter(({ index }) => index < from);
    this.#entries = [...kept, ...batch.entries];
    this.#hardState = batch.hardState ?? this.#hardState;
    this.states.push(contentsOf({ hardState: this.#hardState, base: this.#base, entries: this.#entries }));
    const number = this.states.length - 1;
    this.store.append(batch, () => {
      if (number !== this.acknowledged + 1) throw new Error(`batch ${number} was acknowledged out of order`);
      this.acknowledged = number;
    });
  }

  /** Appends batches and lets the disk complete each. */
  appendDurably(...batches: readonly LogBatch[]): void {
    for (const batch of batches) {
      this.append(batch);
      this.disk.completeAll();
    }
  }

  /** A random batch that a Raft core could ask for here: votes, truncations and entries of sizes up to `maxPayload`. */
  randomBatch(random: Random, maxPayload: number): LogBatch {
    const current = this.#hardState.term;
    const hardState =
      random.below(4) === 0 ? votes(current + 1, ['n1', 'n2', null][random.below(3)] ?? null) : null;
    const last = this.#base.index + this.#entries.length;
    const cut =
      random.below(5) === 0 && this.#entries.length > 0
        ? last - random.below(Math.min(this.#entries.length, 4))
        : null;
    const first = cut ?? last + 1;
    const inTerm: Term = hardState?.term ?? current;
    const entries = Array.from({ length: random.below(4) }, (_, i) =>
      entryOf(
        first + i,
        inTerm,
        Uint8Array.from({ length: random.below(maxPayload) }, () => random.below(256)),
      ),
    );
    const truncateFrom: LogIndex | null = cut === null ? null : logIndex(cut);
    return { hardState, reset: null, truncateFrom, entries };
  }
}
