import type { Entry } from '../core/entry.ts';
import type { HardState } from '../core/effect.ts';
import type { LogIndex } from '../core/ids.ts';

/** One batch: made durable with one write and one sync, all of it or none. */
export interface LogBatch {
  readonly hardState: HardState | null;
  readonly truncateFrom: LogIndex | null;
  readonly entries: readonly Entry[];
}

/** What a node finds on its disk at the start. */
export interface RecoveredLog {
  readonly hardState: HardState;
  readonly entries: readonly Entry[];
  /** Said in the log when a torn tail was cut: the file, the offset, and how many bytes. */
  readonly tornTail: { readonly file: string; readonly offset: number; readonly bytes: number } | null;
}

export type LogStoreAlarm = 'no-space' | 'space-again';

/** The log on disk, running. */
export interface LogStore {
  /**
   * Appends a batch. While a sync runs, later batches gather and go with the next one, in order. `done` is called
   * once the batch, and so all before it, is durable. If space for a new segment cannot be reserved, batches wait
   * (`onAlarm('no-space')`) until it can. A failed write or sync calls `onFailure` once and never `done` again:
   * the node must stop.
   */
  append(batch: LogBatch, done: () => void): void;
}

/** A log store that can run out of space. */
export interface DiskLogStore extends LogStore {
  /** Tries again to reserve a segment, if there was no room for it. To be called now and then; does nothing otherwise. */
  retryReserve(): void;
}
