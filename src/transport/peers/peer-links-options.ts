import type { Address } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { PeerAddress, PeerNetworkListener, VersionRange } from '../../raft/driver/peer-network.ts';
import type { PeerLinkEvent } from './peer-link-event.ts';

export interface PeerLinksOptions {
  readonly self: NodeId;
  /** Where this node listens for the others. Port 0 takes any free one. */
  readonly listenOn: Address;
  /** The other nodes, as long as nobody has called `setPeers`. */
  readonly peers: readonly PeerAddress[];
  /** Which versions of the peer protocol this node speaks. */
  readonly versions: VersionRange;
  readonly listener: PeerNetworkListener;
  /** Bytes of the longest frame that is taken. */
  readonly maxFrameBytes: number;
  /** Bytes that may wait on the connection to one peer; frames above it are dropped. */
  readonly maxQueueBytes: number;
  /** Told of everything worth a line in a log. */
  readonly observe: (event: PeerLinkEvent) => void;
  readonly timeouts?: PeerTimeouts;
}

/** All in milliseconds. */
export interface PeerTimeouts {
  /** For a connection to be made, and again for the greeting that must follow. */
  readonly openingMs: number;
  /** How long a peer may leave what was sent to it unread before its connection is given up and dialled anew. */
  readonly unreadMs: number;
  /** At most this often the reading end says that it reads. */
  readonly receiptMs: number;
}

export const PEER_TIMEOUTS: PeerTimeouts = { openingMs: 1_500, unreadMs: 2_000, receiptMs: 400 };
