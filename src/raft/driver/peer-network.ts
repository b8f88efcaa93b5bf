import type { NodeId } from '../../ordered-log/ids.ts';

/** What a node says of itself to a peer before anything else. */
export interface Greeting {
  /** The range of peer protocol versions that it speaks; today both are 1. */
  readonly versions: { readonly lowest: number; readonly highest: number };
  readonly from: NodeId;
  /** The node that it believes to be talking to. */
  readonly to: NodeId;
  /** Random identity of its data folder, 32 hex digits. */
  readonly folderId: string;
  /** Random identity of its cluster, 32 hex digits; null while its folder is empty. */
  readonly clusterId: string | null;
}

/** Carries frames between nodes: keeps one outgoing connection a peer, reconnects for ever, loses frames when a connection dies. */
export interface PeerNetwork {
  /** Queues frames for a peer and writes them with one write. Drops them if there is no connection, or if too much waits already. */
  send(to: NodeId, frames: readonly Uint8Array[]): void;
}

/** What a node is told by its peer network. Each is one input; none is called from within `send`. */
export interface PeerNetworkListener {
  /** What to say of ourselves on a new connection to this peer. */
  greetingFor(peer: NodeId): Greeting;
  /** Judges what a peer said of itself. A refusal is a sentence for both nodes' logs; the connection is closed and tried again later. */
  admit(
    greeting: Greeting,
  ): { readonly kind: 'admitted' } | { readonly kind: 'refused'; readonly why: string };
  /** A connection that can carry frames to this peer stands, and what the peer said of itself. */
  connected(peer: NodeId, greeting: Greeting): void;
  disconnected(peer: NodeId, why: string): void;
  /** The peer would not have us, and said why. It is asked again by and by; told once for each new reason. */
  refused(peer: NodeId, why: string): void;
  received(from: NodeId, frames: readonly Uint8Array[]): void;
}
