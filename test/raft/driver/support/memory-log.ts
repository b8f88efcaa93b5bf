import { alignFound } from '../../../../src/raft/core/align-found.ts';
import type { HardState } from '../../../../src/raft/core/effect.ts';
import type { Entry } from '../../../../src/raft/core/entry.ts';
import { NO_INDEX, NO_TERM } from '../../../../src/raft/core/ids.ts';
import type { LogIndex } from '../../../../src/raft/core/ids.ts';
import type { LogPosition } from '../../../../src/raft/core/snapshot-meta.ts';
import type { LogBatch, RecoveredLog } from '../../../../src/raft/storage/log-store.ts';

/** A log that outlives its node's processes, and is written when the lab lets the disk answer. */
export class MemoryLog {
  hardState: HardState = { term: NO_TERM, votedFor: null, standing: 'voting' };
  base: LogPosition = { index: NO_INDEX, term: NO_TERM };
  entries: Entry[] = [];
  /** What may still be appended; a test makes it small. */
  roomBytes = Number.MAX_SAFE_INTEGER;
  /** What is kept for commands that stand before a new leader’s no-op. */
  reserveBytes = Number.MAX_SAFE_INTEGER;
  readonly #owe: (answer: () => void) => void;

  constructor(owe: (answer: () => void) => void) {
    this.#owe = owe;
  }

  append(batch: LogBatch, done: () => void): void {
    for (const { kind, bytes } of batch.entries)
      if (kind === 'commands') this.reserveBytes -= bytes.byteLength;
    this.#owe(() => {
      this.#write(batch);
      done();
    });
  }

  dropUpTo(index: LogIndex): void {
    if (index <= this.base.index) return;
    const last = this.entries[index - this.base.index - 1];
    if (last === undefined) throw new Error(`entry ${index} is not on this disk`);
    this.entries = this.entries.slice(index - this.base.index);
    this.base = { index, term: last.term };
  }

  recover(): RecoveredLog {
    return { hardState: this.hardState, base: this.base, entries: [...this.entries], tornTail: null };
  }

  /** Makes the log one that goes on from this snapshot, as opening a folder does. */
  align(snapshot: LogPosition | null): void {
    const { base, log } = alignFound(snapshot, this.base, this.entries);
    this.base = base;
    this.entries = [...log];
  }

  /** Loses the last entries. */
  cut(count: number): void {
    this.entries = this.entries.slice(0, Math.max(0, this.entries.length - count));
  }

  #write({ hardState, reset, truncateFrom, entries }: LogBatch): void {
    if (hardState !== null) this.hardState = hardState;
    if (reset !== null) {
      this.base = reset;
      this.entries = [];
    }
    if (truncateFrom !== null) this.entries = this.entries.filter(({ index }) => index < truncateFrom);
    for (const entry of entries) {
      if (entry.index !== this.base.index + this.entries.length + 1)
        throw new Error(`entry ${entry.index} does not follow on this disk`);
      this.entries.push(entry);
    }
  }
}
