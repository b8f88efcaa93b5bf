import type { LogIndex, Term } from './ids.ts';

/**
 * What an entry is for.
 * - `noop`: the first entry of a leader's term (§8).
 * - `commands`: a batch of numbered commands of one node.
 * - `incarnation`: a node's process begins, or is ended.
 * - `members`: who the members are (dissertation §4). The first entry of every log is one. The core reads these, and no others.
 * - `version`: from here on the cluster writes, or behaves, by a later version of the program.
 */
export type EntryKind = 'noop' | 'commands' | 'incarnation' | 'members' | 'version';

/** One entry of the log. Immutable. */
export interface Entry {
  readonly term: Term;
  readonly index: LogIndex;
  readonly kind: EntryKind;
  /** Cluster time at which the leader took it, in milliseconds. Never falls from one entry to the next. */
  readonly clusterTimeMs: number;
  /** A view into `bytes`. */
  readonly payload: Uint8Array;
  /** The one encoding: what is written to every disk and sent to every peer, checksum included. */
  readonly bytes: Uint8Array;
}

/** What becomes an entry when a leader appends it. */
export interface Proposal {
  readonly kind: EntryKind;
  readonly clusterTimeMs: number;
  readonly payload: Uint8Array;
}

/** Makes an entry of a proposal: encodes it, once. Pure; given to the core so that it needs no codec. */
export type SealEntry = (term: Term, index: LogIndex, proposal: Proposal) => Entry;
