import type { LogIndex, Term } from './ids.ts';

/** A place in the log. */
export interface LogPosition {
  readonly index: LogIndex;
  readonly term: Term;
}

/** What Raft must know of a snapshot (§7, Figure 12): it stands for all entries up to `index`. */
export interface SnapshotMeta {
  /** lastIncludedIndex */
  readonly index: LogIndex;
  /** lastIncludedTerm */
  readonly term: Term;
  /** Cluster time of the entry at `index`, in milliseconds. */
  readonly clusterTimeMs: number;
  /** Payload of the last `members` entry up to `index`: the membership as of the snapshot (dissertation §5.1). */
  readonly members: Uint8Array;
}
