import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { ClientNode } from '../../src/client/node-address.ts';
import type { FakeCluster } from './fake-cluster.ts';

/** A node of a fake cluster behind a real socket. */
export class FakeServer {
  readonly node: ClientNode;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(id: string, server: Server, sockets: Set<Socket>) {
    this.node = { id, host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    this.#server = server;
    this.#sockets = sockets;
  }

  static async start(id: string, cluster: FakeCluster): Promise<FakeServer> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      const connection = cluster.connect(id);
      const flush = (): void => {
        socket.write(connection.output);
        connection.output = '';
      };
      flush();
      socket.setEncoding('utf8');
      socket.on('data', (text) => {
        cluster.receive(connection, text.toString());
        flush();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        cluster.ended(connection);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeServer(id, server, sockets);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }
}
