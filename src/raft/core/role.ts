import type { ReadId } from '../../ordered-log/ids.ts';
import type { ElectionTimer } from './election-timer.ts';
import type { LogIndex, NodeId, Term } from './ids.ts';
import type { Peer } from './progress.ts';
import type { ReadRounds } from './read-rounds.ts';

/** A role owns what belongs to it alone, so that nothing of it outlives the role. */
export type Role = Follower | PreCandidate | Candidate | Leader;

export interface Follower {
  readonly kind: 'follower';
  /** Who leads this term, once it has been heard. */
  readonly leader: NodeId | null;
  timer: ElectionTimer;
  /** Reads that were passed on to the leader, by the number of the request. */
  readonly reads: Map<number, ForwardedRead>;
}

export interface ForwardedRead {
  readonly id: ReadId;
  waitedTicks: number;
}

/** Asks whether it could win, and changes nothing until it could (dissertation §9.6). */
export interface PreCandidate {
  readonly kind: 'pre-candidate';
  timer: ElectionTimer;
  /** The term in which it would campaign: the name of this round. */
  readonly nextTerm: Term;
  /** A set: an answer that arrives twice is one vote. */
  readonly votes: Set<NodeId>;
}

export interface Candidate {
  readonly kind: 'candidate';
  timer: ElectionTimer;
  /** Its own vote joins once it is durable. */
  readonly votes: Set<NodeId>;
}

export interface Leader {
  readonly kind: 'leader';
  /** The term it was elected in: what its entries are stamped with, whatever else happens. */
  readonly term: Term;
  /** The first entry of its term (§8): what is committed cannot be known before this is. */
  readonly noopIndex: LogIndex;
  readonly peers: ReadonlyMap<NodeId, Peer>;
  readonly reads: ReadRounds;
  ticksSinceHeartbeat: number;
  /** Under way while not null: no proposals are taken. */
  transfer: Transfer | null;
}

/** Leadership on its way to another (dissertation §3.10). */
export interface Transfer {
  readonly target: NodeId;
  elapsedTicks: number;
}
