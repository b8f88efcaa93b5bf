import type { Socket } from 'node:net';

/** One client's socket, and how many bytes each write was that it has not taken yet. */
export class PipeSocket {
  readonly socket: Socket;
  readonly #onTaken: (bytes: number) => void;
  /** Writes are taken in their order. */
  readonly #untaken: number[] = [];

  constructor(socket: Socket, onTaken: (bytes: number) => void) {
    this.socket = socket;
    this.#onTaken = onTaken;
  }

  /** `bytes`: what the text comes to in UTF-8. */
  write(text: string, bytes: number): void {
    this.#untaken.push(bytes);
    // Latin-1 is ASCII at its fastest: nothing to measure, nothing to transcode.
    this.socket.write(text, bytes === text.length ? 'latin1' : 'utf8', this.#taken);
  }

  /** One function for all writes of the socket. A write that failed is followed by `close`, and nothing more need be said. */
  readonly #taken = (error?: Error | null): void => {
    const bytes = this.#untaken.shift() ?? 0;
    if (!error) this.#onTaken(bytes);
  };
}
