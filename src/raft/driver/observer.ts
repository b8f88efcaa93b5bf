import type { Incarnation, NodeId } from '../../ordered-log/index.ts';
import type { Effect } from '../core/effect.ts';
import type { Message } from '../core/messages.ts';

/** Everything that a node does that somebody might want to see. One union; logs, metrics, traces and tests read the same stream. */
export type RaftEvent =
  /** A role, term or known leader changed; an append, a truncation, a term or a vote is on its way to the disk; more is committed. */
  | Extract<Effect, { kind: 'role-changed' | 'persist' | 'commit' }>
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
  | { readonly kind: 'node-silent'; readonly node: NodeId };

export type Observer = (event: RaftEvent) => void;
