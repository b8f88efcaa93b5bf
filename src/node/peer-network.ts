import type { PeerAddress, PeerNetwork } from '../raft/driver/peer-network.ts';
import type { NodeId } from '../ordered-log/index.ts';

/** The peer network as the node's log has it from the first moment on, and as its sockets have it once they are open. */
export class LatePeerNetwork implements PeerNetwork {
  #peers: readonly PeerAddress[];
  #network: PeerNetwork | null = null;

  /** @param peers known before the log has said anything. */
  constructor(peers: readonly PeerAddress[]) {
    this.#peers = peers;
  }

  /** Whom to dial, as last heard. */
  get peers(): readonly PeerAddress[] {
    return this.#peers;
  }

  /** The sockets are there. */
  become(network: PeerNetwork): void {
    this.#network = network;
    network.setPeers(this.#peers);
  }

  send(to: NodeId, frames: readonly Uint8Array[]): void {
    this.#network?.send(to, frames);
  }

  setPeers(peers: readonly PeerAddress[]): void {
    this.#peers = peers;
    this.#network?.setPeers(peers);
  }
}
