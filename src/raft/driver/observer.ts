import type { Incarnation, NodeId } from '../../ordered-log/index.ts';
import type { Effect } from '../core/effect.ts';
import type { Message } from '../core/messages.ts';
import type { Room } from './frames.ts';

/** Everything that a node does that somebody might want to see. One union; logs, metrics, traces and tests read the same stream. */
export type RaftEvent =
  /** A role, term or known leader changed; an append, a truncation, a term or a vote is on its way to the disk; more is committed. */
  | Extract<Effect, { kind: 'role-changed' | 'persist' | 'commit' }>
  /** Another membership is in force, or is committed now; this node may vouch for its disk again, or has just begun to. */
  | Extract<Effect, { kind: 'membership-changed' | 'standing-changed' }>
  | { readonly kind: 'sent'; readonly to: NodeId; readonly message: Message }
  | { readonly kind: 'received'; readonly from: NodeId; readonly message: Message }
  | { readonly kind: 'cluster-founded'; readonly clusterId: string; readonly by: NodeId }
  | { readonly kind: 'waiting'; readonly for: string }
  | { readonly kind: 'peer-connected'; readonly peer: NodeId }
  | { readonly kind: 'peer-disconnected'; readonly peer: NodeId; readonly why: string }
  | { readonly kind: 'bad-frame'; readonly from: NodeId; readonly why: string }
  /** A batch of entries, votes or truncations is durable. */
  | { readonly kind: 'persisted'; readonly entries: number; readonly tookMs: number }
  | { readonly kind: 'applied'; readonly from: number; readonly to: number }
  | { readonly kind: 'incarnation-began'; readonly incarnation: Incarnation }
  | { readonly kind: 'incarnation-ended'; readonly node: NodeId; readonly incarnation: Incarnation }
  /** The leader asks the log to end a node's incarnation, having heard nothing of it. */
  | { readonly kind: 'node-silent'; readonly node: NodeId }
  /** This node's disk may have forgotten something: it neither votes nor counts until the others have taken it in again. */
  | { readonly kind: 'recovering'; readonly why: string }
  /** The cluster knows this node's new folder: it votes and counts again. */
  | { readonly kind: 'readmitted' }
  /** Somebody joined, left, or began to vote, as the committed membership has it. */
  | { readonly kind: 'member-added' | 'member-removed' | 'member-promoted'; readonly node: NodeId }
  /** A learner has had all its rounds of catching up, and was too slow in each: it is not made a voter until it keeps up. */
  | { readonly kind: 'member-lags'; readonly node: NodeId }
  /** Two processes run under this name, each with a data folder of its own; `what` says so in words. */
  | { readonly kind: 'twins-seen'; readonly node: NodeId; readonly what: string }
  | {
      readonly kind: 'snapshot-taken';
      readonly index: number;
      readonly bytes: number;
      readonly tookMs: number;
    }
  /** To this follower, whole. */
  | {
      readonly kind: 'snapshot-sent';
      readonly to: NodeId;
      readonly index: number;
      readonly bytes: number;
      readonly tookMs: number;
    }
  /** The newest one on this node's disk was found damaged when it was to be sent: another is taken. */
  | { readonly kind: 'snapshot-damaged'; readonly index: number; readonly why: string }
  /** It was not taken, sent or received after all; it is tried again. */
  | { readonly kind: 'snapshot-failed'; readonly why: string }
  /** The state machine stands where this snapshot does, after a start or because the log did not reach so far back. */
  | {
      readonly kind: 'snapshot-installed';
      readonly index: number;
      readonly bytes: number;
      readonly tookMs: number;
    }
  | { readonly kind: 'version-raised'; readonly writes: number; readonly behaviour: number }
  /** A node's disk is full, or has room again. */
  | { readonly kind: 'disk-room'; readonly node: NodeId; readonly room: Room };

export type Observer = (event: RaftEvent) => void;
