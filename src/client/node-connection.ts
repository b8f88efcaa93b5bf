import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ClientNode } from './node-address.ts';

const KEEP_ALIVE_AFTER_MS = 10_000;

/** What a connection tells. `ended` once, at the end, however it came; nothing after it, and nothing after `abandon`. */
export interface ConnectionListener {
  opened(): void;
  received(bytes: Uint8Array): void;
  ended(why: string): void;
}

/** One TCP connection to a node. */
export class NodeConnection {
  readonly #socket: Socket;
  #listener: ConnectionListener | null;
  #why = 'it closed the connection';

  constructor(node: ClientNode, listener: ConnectionListener) {
    this.#listener = listener;
    this.#socket = connect({ host: node.host, port: node.port, noDelay: true });
    this.#socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    this.#socket.on('connect', () => this.#listener?.opened());
    this.#socket.on('data', (bytes) => this.#listener?.received(bytes));
    this.#socket.on('error', (error) => {
      this.#why = explain(error);
    });
    this.#socket.on('close', () => this.#listener?.ended(this.#why));
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Ends the connection without a word. */
  abandon(): void {
    this.#listener = null;
    this.#socket.destroy();
  }
}

function explain(error: NodeJS.ErrnoException): string {
  switch (error.code ?? '') {
    case 'ECONNREFUSED':
      return 'nobody listens there';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection broke';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its host name is not known';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'it cannot be reached';
    default:
      return error.code ?? error.message;
  }
}
