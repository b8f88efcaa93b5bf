import type { Entry } from '../core/entry.ts';
import type { HardState } from '../core/effect.ts';
import type { LogIndex } from '../core/ids.ts';
import type { LogPosition } from '../core/snapshot-meta.ts';

/** One batch: made durable with one write and one sync, all of it or none. */
export interface LogBatch {
  readonly hardState: HardState | null;
  /** Drop every entry: the log goes on after this position, which a durable snapshot covers. Comes before the rest. */
  readonly reset: LogPosition | null;
  readonly truncateFrom: LogIndex | null;
  readonly entries: readonly Entry[];
}

/** What a node finds on its disk at the start. */
export interface RecoveredLog {
  readonly hardState: HardState;
  /** The place before the first of `entries`: index 0 in term 0 if the log is whole. */
  readonly base: LogPosition;
  readonly entries: readonly Entry[];
  /** Said in the log when a torn tail was cut: the file, the offset, and how many bytes. */
  readonly tornTail: { readonly file: string; readonly offset: number; readonly bytes: number } | null;
}

/**
 * - `no-space`, `space-again`: the next segment of the log cannot be reserved; it was. What is kept for votes remains.
 * - `no-space-for-snapshot`, `snapshot-written-again`: the same of a snapshot, which is tried again with the next one.
 */
export type LogStoreAlarm = 'no-space' | 'space-again' | 'no-space-for-snapshot' | 'snapshot-written-again';

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

/** A log store whose space is bounded. */
export interface DiskLogStore extends LogStore {
  /** A durable snapshot covers every entry up to and with this one: segments that hold nothing else may go. */
  dropUpTo(index: LogIndex): void;
  /**
   * Bytes of entries of kind `commands` that may be appended now without touching what is kept for votes, no-ops, membership and
   * resets, which always may: 0 while there is no room for the next segment. Above it, what was appended may wait for room, and all after it.
   */
  readonly roomBytes: number;
  /**
   * Bytes of commands of earlier terms that may be appended now, without touching what is kept as above: no less than `roomBytes`. A new
   * leader's log goes on after them, so without them nothing of it can be taken; while the disk is full this is the rest of the last segment.
   */
  readonly reserveBytes: number;
  /** Tries again to reserve a segment, if there was no room for it. To be called now and then; does nothing otherwise. */
  retryReserve(): void;
}
