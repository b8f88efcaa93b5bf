import type { Incarnation, NodeId } from '../../ordered-log/index.ts';
import type { RoleChangeReason, RoleName } from '../core/effect.ts';

/** Everything that a node does that somebody might want to see. One union; logs, metrics, traces and tests read the same stream. */
export type RaftEvent =
  | {
      readonly kind: 'role-changed';
      readonly role: RoleName;
      readonly term: number;
      readonly leader: NodeId | null;
      readonly reason: RoleChangeReason;
    }
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
