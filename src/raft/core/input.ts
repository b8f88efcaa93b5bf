import type { ReadId } from '../../ordered-log/ids.ts';
import type { Proposal } from './entry.ts';
import type { LogIndex, NodeId, Term, Ticket } from './ids.ts';
import type { Message } from './messages.ts';
import type { SnapshotMeta } from './snapshot-meta.ts';

/** Everything that can happen to the core, one at a time. */
export type Input =
  /** One tick of the driver's clock has passed. All of the core's timings are counted in ticks. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'receive'; readonly from: NodeId; readonly message: Message }
  /** Append these, if this node leads; otherwise `proposal-refused`. */
  | { readonly kind: 'propose'; readonly proposals: readonly Proposal[] }
  /** Everything up to this ticket is on disk. */
  | { readonly kind: 'persisted'; readonly ticket: Ticket }
  /** Ask for a ReadIndex; answered by `read-ready` or `read-failed`. */
  | { readonly kind: 'read'; readonly id: ReadId }
  /** Hand leadership to this peer, or with null to the first that has everything. */
  | { readonly kind: 'transfer'; readonly to: NodeId | null }
  /** Append this as a `members` entry, if this node leads and the change is one that may be made now; otherwise `change-refused`. */
  | { readonly kind: 'change-members'; readonly payload: Uint8Array; readonly clusterTimeMs: number }
  /** A snapshot of this node's own state is durable. The log may be dropped up to and with `dropUpTo`, which it covers (§7). */
  | { readonly kind: 'snapshot-taken'; readonly meta: SnapshotMeta; readonly dropUpTo: LogIndex }
  /** A whole snapshot has come from the leader of this term, and is durable (InstallSnapshot, Figure 13, steps 6 to 8 are the core's). */
  | {
      readonly kind: 'snapshot-received';
      readonly from: NodeId;
      readonly term: Term;
      readonly meta: SnapshotMeta;
    }
  /** The driver gave up sending a snapshot to this peer. That it arrived is told by the peer itself. */
  | { readonly kind: 'snapshot-not-sent'; readonly to: NodeId }
  /** This peer is back with another data folder, or with one that it cannot vouch for: what is known of its log is void. */
  | { readonly kind: 'peer-replaced'; readonly peer: NodeId }
  /**
   * The leader's process seems to be gone: its connection was reset, and a new one is refused. A hint only: this node no
   * longer counts the leader as heard, for its own pre-vote and for answering others', until it hears it again.
   */
  | { readonly kind: 'leader-suspected'; readonly leader: NodeId };
