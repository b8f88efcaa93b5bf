import type { Address } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { PeerNetwork } from '../../raft/driver/peer-network.ts';
import { IncomingLinks } from './incoming-links.ts';
import { OutgoingLink } from './outgoing-link.ts';
import type { PeerLinksOptions } from './peer-links-options.ts';

/**
 * The peer network over TCP. Each node dials every other one: what a node sends goes over the connection that it
 * dialled, what it receives comes over those that it accepted. A new connection begins with a greeting of either
 * side; then come length-prefixed frames.
 */
export class PeerLinks implements PeerNetwork {
  /** Where it listens, with the port that it really got. */
  readonly address: Address;
  readonly #incoming: IncomingLinks;
  readonly #outgoing: ReadonlyMap<NodeId, OutgoingLink>;

  private constructor(
    address: Address,
    incoming: IncomingLinks,
    outgoing: ReadonlyMap<NodeId, OutgoingLink>,
  ) {
    this.address = address;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  /**
   * Listens, then dials every peer. The listener may be called as soon as this has been called.
   * @throws {ListenError} if the address cannot be listened on.
   */
  static async open(options: PeerLinksOptions): Promise<PeerLinks> {
    const outgoing = new Map<NodeId, OutgoingLink>();
    const incoming = new IncomingLinks(options, (peer) => outgoing.get(peer)?.dialNow());
    const address = await incoming.listen();
    for (const [peer, peerAddress] of options.peers)
      outgoing.set(peer, new OutgoingLink(peer, peerAddress, options));
    return new PeerLinks(address, incoming, outgoing);
  }

  send(to: NodeId, frames: readonly Uint8Array[]): void {
    this.#outgoing.get(to)?.send(frames);
  }

  /** Ends all connections and stops listening. The listener is not called any more. */
  async close(): Promise<void> {
    for (const link of this.#outgoing.values()) link.close();
    await this.#incoming.close();
  }
}
