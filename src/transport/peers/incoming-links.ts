import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Address } from '../../config/address.ts';
import { formatAddress } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import { ListenError } from '../listen-error.ts';
import { IncomingConnection } from './incoming-connection.ts';
import type { PeerLinksOptions } from './peer-links-options.ts';

/** Connections that have not yet said who they are; more are closed at once. */
const MAX_STRANGERS = 64;

/** Listens for the other nodes and keeps one incoming connection of each: the newest. */
export class IncomingLinks {
  readonly #options: PeerLinksOptions;
  readonly #accepted: (peer: NodeId) => void;
  readonly #server: Server;
  readonly #strangers = new Set<IncomingConnection>();
  readonly #peers = new Map<NodeId, IncomingConnection>();

  /** @param accepted called when a peer has come in. */
  constructor(options: PeerLinksOptions, accepted: (peer: NodeId) => void) {
    this.#options = options;
    this.#accepted = accepted;
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

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const connection of [...this.#strangers, ...this.#peers.values()]) connection.close(null);
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
    const connection: IncomingConnection = new IncomingConnection(socket, this.#options, {
      admitted: (peer) => this.#admitted(peer, connection),
      ended: (peer, why) => {
        this.#strangers.delete(connection);
        if (peer !== null && this.#peers.get(peer) === connection) this.#peers.delete(peer);
        if (why !== null) this.#options.observe({ kind: 'closed-incoming', peer, remote, why });
      },
    });
    this.#strangers.add(connection);
  }

  /** A second connection of a peer replaces the first: that one is a leftover of which the peer knows nothing any more. */
  #admitted(peer: NodeId, connection: IncomingConnection): void {
    this.#strangers.delete(connection);
    const older = this.#peers.get(peer);
    this.#peers.set(peer, connection);
    older?.close('was replaced by a newer connection');
    this.#options.observe({ kind: 'accepted', peer });
    this.#accepted(peer);
  }
}
