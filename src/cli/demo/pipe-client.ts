import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { LineSplitter } from '../../client/line-splitter.ts';
import { verdictOf } from '../../client/reply-code.ts';
import type { PushedMessage, ServerLine } from '../../client/server-line.ts';
import { parseServerLine } from '../../client/server-line.ts';
import type { Address } from '../../config/address.ts';

export interface PipeClientOptions {
  /** It begins with the first, and moves to the next when the one it uses fails. */
  readonly nodes: readonly Address[];
  readonly onMessage?: (message: PushedMessage) => void;
}

export interface Answer {
  readonly code: string;
  readonly text: string;
}

interface Question {
  readonly number: number;
  readonly command: string;
  readonly resolve: (answer: Answer) => void;
}

const MAX_LINE_BYTES = 65_536;
/** Longer than a node takes to answer that it cannot. */
const SILENCE_MS = 8_000;
const AGAIN_AFTER_MS = 50;
/** After so many answers the cluster is told that they came: it remembers a limited number of them for each client. */
const FLOOR_EVERY = 256;

/**
 * The smallest client of protocol part 2: one command at a time, numbered, sent again under its number until a node
 * says what became of it. Kept apart from the real client so that the demo's proof does not lean on it.
 */
export class PipeClient {
  readonly #options: PipeClientOptions;
  readonly #clientId = randomBytes(24).toString('base64url');
  #place = 0;
  #socket: Socket | null = null;
  #ready = false;
  #nextNumber = 1;
  /** What the last hello said: all answers below this number have come. */
  #floor = 1;
  #current: Question | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PipeClientOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Sends one command and resolves with its final answer. Ask the next only then. */
  ask(command: string): Promise<Answer> {
    if (this.#current !== null) throw new Error('one command at a time');
    return new Promise((resolve) => {
      this.#current = { number: this.#nextNumber, command, resolve };
      this.#nextNumber += 1;
      this.#send();
    });
  }

  /** A question that is still open stays open for ever. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #connect(): void {
    if (this.#closed) return;
    const { nodes } = this.#options;
    const node = nodes[this.#place % nodes.length];
    if (node === undefined) throw new Error('a client needs a node');
    const splitter = new LineSplitter(MAX_LINE_BYTES);
    const socket = connect({ host: node.host, port: node.port, noDelay: true });
    this.#socket = socket;
    this.#ready = false;
    this.#within(SILENCE_MS, () => socket.destroy());
    socket
      .on('connect', () => this.#sayHello())
      .on('data', (bytes) => {
        const split = splitter.push(bytes);
        if (split.kind === 'too-long') socket.destroy();
        else for (const line of split.lines) this.#read(parseServerLine(line));
      })
      .on('error', () => undefined)
      .on('close', () => this.#lost());
  }

  #lost(): void {
    this.#ready = false;
    this.#place += 1;
    this.#within(AGAIN_AFTER_MS, () => this.#connect());
  }

  #read(line: ServerLine): void {
    switch (line.kind) {
      case 'hello-answer':
        if (line.code !== 'ok') return void this.#socket?.destroy();
        this.#ready = true;
        clearTimeout(this.#timer);
        return this.#send();
      case 'reply-end':
        return this.#answered(line.number, line);
      case 'message':
        return this.#options.onMessage?.(line.message);
      case 'notice':
        if (line.name === 'shutdown') this.#socket?.destroy();
        return;
      case 'reply-line':
      case 'other':
        return;
      default:
        return line satisfies never;
    }
  }

  /** Nothing else is said before it is answered. */
  #sayHello(): void {
    this.#ready = false;
    this.#floor = this.#current?.number ?? this.#nextNumber;
    this.#socket?.write(`hello|${this.#clientId}|${this.#floor}\n`);
    this.#within(SILENCE_MS, () => this.#socket?.destroy());
  }

  #send(): void {
    if (!this.#ready || this.#current === null) return;
    if (this.#current.number - this.#floor >= FLOOR_EVERY) return this.#sayHello();
    this.#socket?.write(`#${this.#current.number}|${this.#current.command}\n`);
    this.#within(SILENCE_MS, () => this.#socket?.destroy());
  }

  #answered(number: number, answer: Answer): void {
    const question = this.#current;
    if (question?.number !== number) return;
    clearTimeout(this.#timer);
    switch (verdictOf(answer.code)) {
      case 'not-now':
      case 'in-doubt':
        return this.#within(AGAIN_AFTER_MS, () => this.#send());
      case 'replaced':
        return void this.#socket?.destroy();
      case 'final':
      case 'expired':
        this.#current = null;
        return question.resolve({ code: answer.code, text: answer.text });
      default:
        return;
    }
  }

  /** There is one thing at a time to wait for. */
  #within(afterMs: number, then: () => void): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(then, afterMs);
  }
}
