import type { NodeId } from '../../ordered-log/ids.ts';

/** What a node says of itself to a peer before anything else. */
export interface Greeting {
  /** The range of peer protocol versions that it speaks. */
  readonly versions: VersionRange;
  /** The range of versions of the log's records and snapshots that it reads. */
  readonly reads: VersionRange;
  readonly from: NodeId;
  /** The node that it believes to be talking to. */
  readonly to: NodeId;
  /** Random identity of its data folder, 32 hex digits. */
  readonly folderId: string;
  /** Random identity of its cluster, 32 hex digits; null while its folder is empty. */
  readonly clusterId: string | null;
  /** `host:port` where it listens for the others; null if it does not say. One that is in nobody's list yet is answered there. */
  readonly address: string | null;
}

export interface VersionRange {
  readonly lowest: number;
  readonly highest: number;
}

/** Another node, and where it listens for the others: `host:port`. */
export interface PeerAddress {
  readonly id: NodeId;
  readonly address: string;
}

/** Carries frames between nodes: keeps one outgoing connection a peer, reconnects for ever, loses frames when a connection dies. */
export interface PeerNetwork {
  /** Queues frames for a peer and writes them with one write. Drops them if there is no connection, or if too much waits already. */
  send(to: NodeId, frames: readonly Uint8Array[]): void;
  /** Who the others are from now on: one that is new or has moved is dialled, one that is gone is hung up without a word, the rest stays as it is. */
  setPeers(peers: readonly PeerAddress[]): void;
}

/** What a node is told by its peer network. Each is one input; none is called from within `send` or `setPeers`. */
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
  /**
   * The peer has come in anew: whatever is `received` of it from here on came over this connection, of the process and the
   * folder that this greeting names. What still lies on an older connection is never delivered.
   */
  accepted(peer: NodeId, greeting: Greeting): void;
  /** The peer would not have us, and said why. It is asked again by and by; told once for each new reason. */
  refused(peer: NodeId, why: string): void;
  /**
   * The peer's process seems to be gone: a connection that stood has ended, and a new one was refused at once. A hint, never
   * more: told a few milliseconds (by chance) after the refusal, and not at all if the peer was reached again before.
   */
  unreachable(peer: NodeId): void;
  received(from: NodeId, frames: readonly Uint8Array[]): void;
}
