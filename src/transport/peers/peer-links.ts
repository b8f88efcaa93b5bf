import type { Address } from '../../config/address.ts';
import { formatAddress, parseAddress } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { Greeting, PeerAddress, PeerNetwork } from '../../raft/driver/peer-network.ts';
import { IncomingLinks } from './incoming-links.ts';
import { OutgoingLink } from './outgoing-link.ts';
import type { PeerLinksOptions } from './peer-links-options.ts';

/** Nodes that are in nobody's list and are answered all the same, at most. */
const MAX_GUESTS = 8;

/**
 * The peer network over TCP. Each node dials every other one: what a node sends goes over the connection that it
 * dialled, what it receives comes over those that it accepted. A new connection begins with a greeting of either
 * side; then come length-prefixed frames.
 *
 * A node that came in and was admitted, but is not in the list, is a guest: it is dialled at the address that it greets with,
 * for as long as it stays. So a node whose log does not name a new leader yet can answer it.
 */
export class PeerLinks implements PeerNetwork {
  readonly #options: PeerLinksOptions;
  readonly #incoming: IncomingLinks;
  readonly #members = new Map<NodeId, OutgoingLink>();
  readonly #guests = new Map<NodeId, OutgoingLink>();
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #address: Address;

  private constructor(options: PeerLinksOptions) {
    this.#options = options;
    this.#address = options.listenOn;
    this.#incoming = new IncomingLinks(options, {
      cameIn: (greeting) => this.#cameIn(greeting),
      wentOut: (peer) => this.#wentOut(peer),
    });
  }

  /**
   * Listens, then dials every peer. The listener may be called as soon as this has been called.
   * @throws {ListenError} if the address cannot be listened on.
   */
  static async open(options: PeerLinksOptions): Promise<PeerLinks> {
    const links = new PeerLinks(options);
    links.#address = await links.#incoming.listen();
    links.#state = 'open';
    links.setPeers(options.peers);
    return links;
  }

  /** Where it listens, with the port that it really got. */
  get address(): Address {
    return this.#address;
  }

  send(to: NodeId, frames: readonly Uint8Array[]): void {
    (this.#members.get(to) ?? this.#guests.get(to))?.send(frames);
  }

  setPeers(peers: readonly PeerAddress[]): void {
    if (this.#state !== 'open') return;
    const wanted = new Map(
      peers.filter(({ id }) => id !== this.#options.self).map((peer) => [peer.id, peer]),
    );
    this.#incoming.hangUpAllBut(new Set(wanted.keys()));
    for (const id of this.#members.keys()) if (!wanted.has(id)) this.#hangUp(this.#members, id);
    for (const { id, address } of wanted.values()) this.#dial(this.#members, id, address);
    for (const id of this.#guests.keys()) if (wanted.has(id)) this.#hangUp(this.#guests, id);
  }

  /** Ends all connections and stops listening. The listener is not called any more. */
  async close(): Promise<void> {
    this.#state = 'closed';
    for (const link of [...this.#members.values(), ...this.#guests.values()]) link.close();
    await this.#incoming.close();
  }

  #cameIn(greeting: Greeting): void {
    const { from, address } = greeting;
    this.#options.listener.accepted(from, greeting);
    const member = this.#members.get(from);
    if (member === undefined && address !== null && this.#state === 'open' && this.#guests.size < MAX_GUESTS)
      this.#dial(this.#guests, from, address);
    (member ?? this.#guests.get(from))?.cameIn();
  }

  #wentOut(peer: NodeId): void {
    if (this.#state !== 'open') return;
    this.#members.get(peer)?.wentOut();
    this.#hangUp(this.#guests, peer);
  }

  /** Dials a peer, unless there is a link to this very address already. */
  #dial(links: Map<NodeId, OutgoingLink>, peer: NodeId, text: string): void {
    const address = parseAddress(text);
    const standing = links.get(peer);
    if (standing !== undefined && text === formatAddress(standing.address)) return;
    standing?.close();
    links.delete(peer);
    // What is no address is nobody's: a node that is known by none is dialled when it has come in and said one.
    if (address !== undefined) links.set(peer, new OutgoingLink(peer, address, this.#options));
  }

  #hangUp(links: Map<NodeId, OutgoingLink>, peer: NodeId): void {
    links.get(peer)?.close();
    links.delete(peer);
  }
}
