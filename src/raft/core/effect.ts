import type { ReadId } from '../../ordered-log/ids.ts';
import type { Entry } from './entry.ts';
import type { LogIndex, NodeId, Term, Ticket } from './ids.ts';
import type { Message } from './messages.ts';

/** Term and vote are one record (§5.1, §5.2): written together, durable before any answer depends on them. */
export interface HardState {
  readonly term: Term;
  readonly votedFor: NodeId | null;
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
  | 'handed-over';

export type ProposalRefusal = 'not-leader' | 'transferring' | 'too-much-uncommitted';
export type ReadFailure = 'no-leader' | 'leadership-lost' | 'refused-by-leader' | 'timed-out' | 'too-many';

/** Everything that the core asks of the world. Carried out in the order given. */
export type Effect =
  | { readonly kind: 'send'; readonly to: NodeId; readonly message: Message }
  /**
   * Make this durable, all of it or none, then answer `persisted` with the ticket. First the truncation (drop
   * every entry from `truncateFrom` on), then the entries; `hardState` is null if it did not change.
   */
  | {
      readonly kind: 'persist';
      readonly ticket: Ticket;
      readonly hardState: HardState | null;
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
  | {
      readonly kind: 'role-changed';
      readonly role: RoleName;
      readonly term: Term;
      readonly leader: NodeId | null;
      readonly reason: RoleChangeReason;
    };
