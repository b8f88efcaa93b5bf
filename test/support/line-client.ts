import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { GREETING } from '../../src/chat/pipe/replies.ts';
import type { Address } from '../../src/config/address.ts';
import { within } from './until.ts';

/** A name that no test gives to anybody. */
const NOBODY = 'nobody-at-all';

/** The connection ended before the line that was waited for. */
export class ConnectionEndedError extends Error {
  override readonly name = 'ConnectionEndedError';
  readonly code = 'CONNECTION_ENDED';
}

/** A connection as `nc` makes one: writes what it is told, and hands out the lines that come, one after the other. */
export class LineClient {
  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #lines: string[] = [];
  #unfinished = '';
  #over = false;
  #onNews: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text) => this.#received(String(text)));
    this.closed = new Promise((resolve) => {
      socket
        .on('error', () => undefined)
        .on('close', () => {
          this.#over = true;
          this.#onNews();
          resolve();
        });
    });
  }

  /** Connects, and reads the greeting. @throws {ConnectionEndedError} if nobody listens. */
  static async connect({ host, port }: Address): Promise<LineClient> {
    const client = new LineClient(connect({ host, port, noDelay: true }));
    const greeting = await client.nextLine();
    if (greeting !== GREETING) throw new Error(`greeted with: ${greeting}`);
    return client;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** One command, with its end of line. */
  send(command: string): void {
    this.write(`${command}\n`);
  }

  /** Bytes as they are, in one write. */
  write(text: string): void {
    this.#socket.write(text);
  }

  /** The next line, without its end. One reader at a time. @throws {ConnectionEndedError} if there is none. */
  async nextLine(): Promise<string> {
    const line = await within('a line came', this.#untilNews());
    if (line === undefined) throw new ConnectionEndedError('the connection ended before a line came');
    return line;
  }

  /** Sends a command and resolves with the line that comes next. */
  async ask(command: string): Promise<string> {
    this.send(command);
    return this.nextLine();
  }

  /** Sends a command and resolves with all lines of its reply, however many: up to the reply of a second, known one. */
  async askAll(command: string): Promise<readonly string[]> {
    const end = `Account matched to: ${NOBODY} doesn't exist`;
    this.send(command);
    this.send(`2|${NOBODY}`);
    const lines: string[] = [];
    for (let line = await this.nextLine(); line !== end; line = await this.nextLine()) lines.push(line);
    return lines;
  }

  /** Everything that comes until the server ends the connection. */
  async untilEnd(): Promise<readonly string[]> {
    await within('the server ended the connection', this.closed);
    return this.#lines.splice(0);
  }

  /** Ends its own half: nothing more will be sent, and what comes is read. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #untilNews(): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#onNews = resolve;
      });
    }
    return this.#lines.shift();
  }

  #received(text: string): void {
    const parts = (this.#unfinished + text).split('\n');
    this.#unfinished = parts.pop() ?? '';
    this.#lines.push(...parts);
    this.#onNews();
  }
}
