import type { NodeId } from '../../ordered-log/ids.ts';

/** What happens on the links between nodes, for logs and tests. Connections and their ends are told to the listener too. */
export type PeerLinkEvent =
  /** A connection to this peer stands. */
  | { readonly kind: 'connected'; readonly peer: NodeId }
  /** It has ended, and will be dialled again. */
  | { readonly kind: 'disconnected'; readonly peer: NodeId; readonly why: string }
  /** Its process seems to be gone: what the listener is told as `unreachable`. */
  | { readonly kind: 'gone'; readonly peer: NodeId }
  /** Could not reach this peer. Told once for each new reason, not at each attempt. */
  | { readonly kind: 'unreachable'; readonly peer: NodeId; readonly why: string }
  /** The peer would not have us. Told once for each new reason. */
  | { readonly kind: 'refused-by'; readonly peer: NodeId; readonly why: string }
  /** We would not have who answered at the peer's address, or who came. Told once for each new reason. */
  | { readonly kind: 'refused'; readonly peer: NodeId; readonly why: string }
  /** A peer came in; we receive from it. */
  | { readonly kind: 'accepted'; readonly peer: NodeId }
  /** A connection that came in was closed by us. `peer` is null before it said who it is. */
  | {
      readonly kind: 'closed-incoming';
      readonly peer: NodeId | null;
      readonly remote: string;
      readonly why: string;
    }
  /** Frames were dropped because too much waits already. Told once until the queue has been empty again. */
  | { readonly kind: 'queue-full'; readonly peer: NodeId };
