import type { Entry } from './entry.ts';
import type { LogIndex, Term } from './ids.ts';
import type { Standing } from './membership.ts';

/** Asks for a vote in a real election (§5.2, Figure 2). Sent only once the candidate's own vote is durable. */
export interface RequestVote {
  readonly kind: 'request-vote';
  readonly term: Term;
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
  /** Why it campaigns. A voter that still hears its leader listens only to a `transfer` (dissertation §4.2.3, §3.10). */
  readonly reason: 'timeout' | 'transfer';
}

export interface RequestVoteResponse {
  readonly kind: 'request-vote-response';
  readonly term: Term;
  readonly granted: boolean;
  /** The vote of a node that is `recovering` counts only if all voters grant theirs. */
  readonly standing: Standing;
}

/** Asks whether an election in `nextTerm` could be won (dissertation §9.6). Changes nothing at either end. */
export interface PreVote {
  readonly kind: 'pre-vote';
  /** The sender's current term. */
  readonly term: Term;
  /** The term in which it would campaign. */
  readonly nextTerm: Term;
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
}

export interface PreVoteResponse {
  readonly kind: 'pre-vote-response';
  /** The answerer's current term: a refusal for a stale term tells the higher one, never silence. */
  readonly term: Term;
  /**
   * Echo of the question's `nextTerm`: an answer for another term counts for nothing. One that comes late, to an earlier round for the same
   * term, does: at worst it leads to an election that those who hear a leader refuse.
   */
  readonly nextTerm: Term;
  readonly granted: boolean;
  readonly standing: Standing;
}

/** Replicates entries (§5.3, Figure 2). With no entries it is a probe of the follower's log. */
export interface AppendEntries {
  readonly kind: 'append-entries';
  readonly term: Term;
  readonly prevLogIndex: LogIndex;
  readonly prevLogTerm: Term;
  readonly entries: readonly Entry[];
  readonly leaderCommit: LogIndex;
}

/** Sent only once everything up to `matchIndex` is durable at the follower. */
export interface AppendEntriesAccepted {
  readonly kind: 'append-entries-accepted';
  readonly term: Term;
  /**
   * prevLogIndex + the number of entries of the request that it answers: what was verified, not the follower's last index.
   * Where a snapshot covers those, or in answer to a snapshot, what is known to be committed.
   */
  readonly matchIndex: LogIndex;
  /** A follower that is `recovering` does not count towards a majority. */
  readonly standing: Standing;
}

/** The consistency check failed (§5.3). Carries what lets the leader skip a whole term at once (end of §5.3). */
export interface AppendEntriesRejected {
  readonly kind: 'append-entries-rejected';
  readonly term: Term;
  /** The request's prevLogIndex: a late duplicate is recognised by it. */
  readonly prevLogIndex: LogIndex;
  /** The follower's term at prevLogIndex, or 0 if its log is shorter than that. */
  readonly conflictTerm: Term;
  /** The first index of conflictTerm in the follower's log; if its log is too short, its last index + 1. */
  readonly conflictIndex: LogIndex;
}

/** Keeps a follower from starting an election, confirms leadership for reads, and passes the commit index on. Never waits for a disk. */
export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly term: Term;
  /** min(commitIndex, matchIndex of this follower): never past what was verified there. */
  readonly commitIndex: LogIndex;
  /** The newest read round; the answer echoes it (dissertation §6.4). */
  readonly readSeq: number;
}

export interface HeartbeatResponse {
  readonly kind: 'heartbeat-response';
  readonly term: Term;
  readonly readSeq: number;
}

/** A follower asks the leader for a ReadIndex (dissertation §6.4). `id` is the follower's own number, used once. */
export interface ReadIndexRequest {
  readonly kind: 'read-index-request';
  readonly term: Term;
  readonly id: number;
}

export interface ReadIndexResponse {
  readonly kind: 'read-index-response';
  readonly term: Term;
  readonly id: number;
  /** The index that the asker must have applied, or null: no leader here, ask again. */
  readonly readIndex: LogIndex | null;
}

/** Tells a caught-up follower to campaign at once (dissertation §3.10). */
export interface TimeoutNow {
  readonly kind: 'timeout-now';
  readonly term: Term;
}

/** What one core says to another. The sender's name travels beside it. */
export type Message =
  | RequestVote
  | RequestVoteResponse
  | PreVote
  | PreVoteResponse
  | AppendEntries
  | AppendEntriesAccepted
  | AppendEntriesRejected
  | Heartbeat
  | HeartbeatResponse
  | ReadIndexRequest
  | ReadIndexResponse
  | TimeoutNow;
