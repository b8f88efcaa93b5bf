import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Address } from '../../config/address.ts';
import { formatAddress } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { Greeting } from '../../raft/driver/peer-network.ts';
import { ListenError } from '../listen-error.ts';
import { IncomingConnection } from './incoming-connection.ts';
import type { PeerLinksOptions } from './peer-links-options.ts';

/** Connections that have not yet said who they are; more are closed at once. */
const MAX_STRANGERS = 64;

export interface IncomingLinksEvents {
  /** A peer has come in; its frames follow. */
  cameIn(greeting: Greeting): void;
  /** The newest connection of this peer has ended. */
  wentOut(peer: NodeId): void;
}

interface Accepted {
  readonly connection: IncomingConnection;
  /** Its place among all that ever came in. */
  readonly place: number;
}

/** Listens for the other nodes and keeps one incoming connection of each: the newest. */
export class IncomingLinks {
  readonly #options: PeerLinksOptions;
  readonly #events: IncomingLinksEvents;
  readonly #server: Server;
  readonly #strangers = new Set<IncomingConnection>();
  readonly #peers = new Map<NodeId, Accepted>();
  #lastPlace = 0;

  constructor(options: PeerLinksOptions, events: IncomingLinksEvents) {
    this.#options = options;
    this.#events = events;
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#accept(socket));
  }

  /**
   * Begins to listen.
   * @returns the address, with the port that it really got.
   * @throws {ListenError}
   */
  listen(): Promise<Address> {
    const wanted = this.#options.listenOn;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) => reject(new ListenError(formatAddress(wanted), cause)));
      this.#server.listen({ host: wanted.host, port: wanted.port }, () => {
        const bound = this.#server.address();
        resolve({
          host: wanted.host,
          port: typeof bound === 'object' && bound !== null ? bound.port : wanted.port,
        });
      });
    });
  }

  /** Ends the connection of whoever is not among these: if it comes again, it is judged anew. */
  hangUpAllBut(peers: ReadonlySet<NodeId>): void {
    for (const [peer, { connection }] of this.#peers)
      if (!peers.has(peer)) connection.close('is not among the nodes of the cluster any more, or not yet');
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const peers = [...this.#peers.values()].map(({ connection }) => connection);
    for (const connection of [...this.#strangers, ...peers]) connection.close(null);
    await closed;
  }

  #accept(socket: Socket): void {
    const remote = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
    if (this.#strangers.size >= MAX_STRANGERS) {
      socket.on('error', () => undefined).destroy();
      this.#options.observe({
        kind: 'closed-incoming',
        peer: null,
        remote,
        why: 'too many strangers at once',
      });
      return;
    }
    this.#lastPlace += 1;
    const place = this.#lastPlace;
    const connection: IncomingConnection = new IncomingConnection(socket, this.#options, {
      tooLate: (peer) => this.#tooLate(peer, place),
      admitted: (greeting) => this.#admitted(greeting, { connection, place }),
      ended: (peer, why) => {
        this.#strangers.delete(connection);
        if (why !== null) this.#options.observe({ kind: 'closed-incoming', peer, remote, why });
        if (peer === null || this.#peers.get(peer)?.connection !== connection) return;
        this.#peers.delete(peer);
        this.#events.wentOut(peer);
      },
    });
    this.#strangers.add(connection);
  }

  /**
   * Greetings may be read in another order than the connections were made. An older one is of an earlier life of the peer, or of
   * a connection that it gave up: what it still holds must not be taken for words of the newer life.
   */
  #tooLate(peer: NodeId, place: number): string | null {
    const standing = this.#peers.get(peer);
    return standing === undefined || standing.place < place
      ? null
      : 'is older than the connection of the same node that stands';
  }

  /** A second connection of a peer replaces the first: that one is a leftover of which the peer knows nothing any more. */
  #admitted(greeting: Greeting, accepted: Accepted): void {
    const peer = greeting.from;
    this.#strangers.delete(accepted.connection);
    const older = this.#peers.get(peer);
    this.#peers.set(peer, accepted);
    older?.connection.close('was replaced by a newer connection');
    this.#options.observe({ kind: 'accepted', peer });
    this.#events.cameIn(greeting);
  }
}
