import type { ReadId } from '../../ordered-log/ids.ts';
import type { ElectionTimer } from './election-timer.ts';
import type { LogIndex, NodeId, Term } from './ids.ts';
import type { Standing } from './membership.ts';
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
  /** A map: an answer that arrives twice is one vote. */
  readonly votes: Map<NodeId, Standing>;
}

export interface Candidate {
  readonly kind: 'candidate';
  timer: ElectionTimer;
  /** Its own vote joins once it is durable. */
  readonly votes: Map<NodeId, Standing>;
}

export interface Leader {
  readonly kind: 'leader';
  /** The term it was elected in: what its entries are stamped with, whatever else happens. */
  readonly term: Term;
  /** The first entry of its term (§8): what is committed cannot be known before this is. */
  readonly noopIndex: LogIndex;
  /** All other members; and those that were removed, until they have been told so. */
  readonly peers: Map<NodeId, Peer>;
  /** Elected by all voters together, because too few could vouch for their disks: these count in this term all the same. */
  readonly vouched: Set<NodeId>;
  readonly reads: ReadRounds;
  ticksSinceHeartbeat: number;
  /** Under way while not null: no proposals are taken. */
  transfer: Transfer | null;
}

/** Leadership on its way to another (dissertation §3.10). */
export interface Transfer {
  /** Whom the wish names; null: whoever has everything first. */
  readonly wished: NodeId | null;
  target: NodeId;
  elapsedTicks: number;
}
