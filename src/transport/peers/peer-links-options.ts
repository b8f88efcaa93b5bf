import type { Address } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { PeerNetworkListener } from '../../raft/driver/peer-network.ts';
import type { Versions } from './judge-greeting.ts';
import type { PeerLinkEvent } from './peer-link-event.ts';

export interface PeerLinksOptions {
  readonly self: NodeId;
  /** Where this node listens for the others. Port 0 takes any free one. */
  readonly listenOn: Address;
  /** Every other node, and where it listens. */
  readonly peers: ReadonlyMap<NodeId, Address>;
  readonly versions: Versions;
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
