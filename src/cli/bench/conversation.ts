import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { GREETING } from '../../chat/pipe/replies.ts';
import type { Address } from '../../config/address.ts';
import { formatAddress } from '../../config/address.ts';
import { CliError } from '../cli-error.ts';

/** A connection while it is being prepared: one line is answered by one line. */
export class Conversation {
  readonly #socket: Socket;
  readonly #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }[] =
    [];
  #rest = '';
  #over: Error | null = null;

  private constructor(socket: Socket, at: string) {
    this.#socket = socket;
    socket.on('data', this.#onData);
    const end = (why: string): void => this.#end(new CliError(`${at} ${why}.`));
    socket.once('error', (error) =>
      end(`cannot be reached (${(error as NodeJS.ErrnoException).code ?? error.message})`),
    );
    socket.once('close', () => end('closed the connection'));
  }

  /** Connects, and reads the greeting. Rejects with a `CliError` that names the address. */
  static async open(address: Address): Promise<Conversation> {
    const socket = connect({ ...address, noDelay: true });
    const chat = new Conversation(socket, formatAddress(address));
    const greeting = await chat.#nextLine();
    if (greeting !== GREETING) {
      socket.destroy();
      throw new CliError(`${formatAddress(address)} does not greet as a node does: "${greeting}".`);
    }
    return chat;
  }

  /** Sends a line and resolves with the line that answers it. */
  ask(line: string): Promise<string> {
    const answer = this.#nextLine();
    this.#socket.write(`${line}\n`);
    return answer;
  }

  /** Makes an account and logs in as it. */
  async create(name: string): Promise<void> {
    const answer = await this.ask(`1|${name}`);
    if (!answer.startsWith('Success '))
      throw new CliError(`an account for the load could not be made: ${answer}`);
  }

  /** Gives the socket away; nothing is read from it here any more. */
  release(): Socket {
    this.#socket.off('data', this.#onData);
    return this.#socket;
  }

  close(): void {
    this.#socket.destroy();
  }

  readonly #onData = (bytes: Buffer): void => {
    const lines = (this.#rest + bytes.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#waiting.shift()?.resolve(line);
  };

  #nextLine(): Promise<string> {
    if (this.#over !== null) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #end(error: Error): void {
    this.#over ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#over);
  }
}
