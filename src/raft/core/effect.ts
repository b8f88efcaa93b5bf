import type { ReadId } from '../../ordered-log/ids.ts';
import type { Entry } from './entry.ts';
import type { LogIndex, NodeId, Term, Ticket } from './ids.ts';
import type { Membership, Standing } from './membership.ts';
import type { Message } from './messages.ts';
import type { LogPosition, SnapshotMeta } from './snapshot-meta.ts';

/** Term and vote are one record (§5.1, §5.2): written together, durable before any answer depends on them. */
export interface HardState {
  readonly term: Term;
  readonly votedFor: NodeId | null;
  /** Whether this node may vote and count: as durable as its votes. */
  readonly standing: Standing;
}

export type RoleName = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** Why a role, term or leader changed; for people who read logs. */
export type RoleChangeReason =
  | 'started'
  | 'election-timeout'
  | 'pre-vote-won'
  | 'election-won'
  | 'election-lost'
  | 'higher-term-seen'
  | 'leader-found'
  | 'leader-lost'
  | 'quorum-lost'
  | 'disk-stalled'
  | 'asked-to-take-over'
  | 'handed-over'
  | 'removed';

export type ProposalRefusal = 'not-leader' | 'transferring' | 'too-much-uncommitted';
/** Why a change of the membership was not appended. It never will be. */
export type ChangeRefusal =
  | 'not-leader'
  | 'transferring'
  /** The entry of an earlier change is not committed yet: one change at a time (dissertation §4.1). */
  | 'another-change-under-way'
  /** No entry of this leader's term is committed yet (the bug of 2015 in single-server changes). */
  | 'leader-too-new'
  /** More than one voter would come or go (dissertation §4.1). */
  | 'too-many-at-once'
  /** No voter would be left. */
  | 'nobody-left'
  /** Of the voters that would be left, too few are heard and count: the change could not be committed, nor anything after it. */
  | 'too-few-would-count';
export type ReadFailure = 'no-leader' | 'leadership-lost' | 'refused-by-leader' | 'timed-out' | 'too-many';

/** Everything that the core asks of the world. Carried out in the order given. */
export type Effect =
  | { readonly kind: 'send'; readonly to: NodeId; readonly message: Message }
  /**
   * Make this durable, all of it or none, then answer `persisted` with the ticket. First the reset (drop every entry; the
   * log goes on after this position, which a snapshot covers), then the truncation (drop every entry from
   * `truncateFrom` on), then the entries; `hardState` is null if it did not change.
   */
  | {
      readonly kind: 'persist';
      readonly ticket: Ticket;
      readonly hardState: HardState | null;
      readonly reset: LogPosition | null;
      readonly truncateFrom: LogIndex | null;
      readonly entries: readonly Entry[];
    }
  /** Everything up to this index is committed and may be applied. */
  | { readonly kind: 'commit'; readonly index: LogIndex }
  /** The read may be served once this index has been applied here. */
  | { readonly kind: 'read-ready'; readonly id: ReadId; readonly index: LogIndex }
  | { readonly kind: 'read-failed'; readonly id: ReadId; readonly reason: ReadFailure }
  /** The proposals of this `propose` were not appended, and never will be. */
  | { readonly kind: 'proposal-refused'; readonly reason: ProposalRefusal; readonly leader: NodeId | null }
  /** The membership entry of this `change-members` was not appended. */
  | { readonly kind: 'change-refused'; readonly reason: ChangeRefusal }
  /** Another membership is in force, appended or rolled back, or is committed now. */
  | { readonly kind: 'membership-changed'; readonly membership: Membership; readonly committed: boolean }
  /** This node may vouch for its disk again, or has just begun to. */
  | { readonly kind: 'standing-changed'; readonly standing: Standing }
  /** This follower needs entries that were dropped: send it the newest snapshot, in this leader's name (§7). */
  | { readonly kind: 'send-snapshot'; readonly to: NodeId; readonly term: Term; readonly meta: SnapshotMeta }
  /** The state machine is to be replaced by this snapshot, which is durable: the log it stands for never came here (Figure 13, step 8). */
  | { readonly kind: 'install-snapshot'; readonly meta: SnapshotMeta }
  | {
      readonly kind: 'role-changed';
      readonly role: RoleName;
      readonly term: Term;
      readonly leader: NodeId | null;
      readonly reason: RoleChangeReason;
    };
