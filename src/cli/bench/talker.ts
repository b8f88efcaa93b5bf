import type { Socket } from 'node:net';
import type { JudgeLine, LineMeaning } from './reply-lines.ts';
import { ReplyLines } from './reply-lines.ts';

/** A connection that is ready to take messages, one line each, and answers each with one line, in their order. */
export interface Talk {
  readonly socket: Socket;
  readonly judge: JudgeLine;
  /** The next message, with its newline. No two are equal. */
  readonly nextLine: () => string;
  /** The connection to which all messages of this talk are pushed, in their order; null if their recipients are offline. */
  readonly listener: { readonly socket: Socket; readonly judge: JudgeLine } | null;
}

/** What is told of each operation. Times in milliseconds of `performance.now`. */
export interface TalkerEvents {
  answered(meaning: 'acknowledged' | 'refused', sentAtMs: number, atMs: number): void;
  heard(sentAtMs: number, atMs: number): void;
}

/** A message that was refused is followed by the next one after so long: a busy server is not to be made busier. */
const AFTER_REFUSAL_MS = 5;

/** One connection of a closed loop: keeps a number of messages outstanding. What one chunk answers is sent anew with one write. */
export class Talker {
  readonly #talk: Talk;
  readonly #events: TalkerEvents;
  /** When each message was sent: those answered, and those pushed, are taken from the front, each by a count of its own. */
  readonly #sentAtMs: Float64Array;
  #sent = 0;
  #answered = 0;
  #pushed = 0;
  #running = true;
  #isOver = false;

  /** `outstanding`: at most so many at a time. */
  constructor(talk: Talk, outstanding: number, events: TalkerEvents) {
    this.#talk = talk;
    this.#events = events;
    // A listener may be behind: room for that, and no copying.
    this.#sentAtMs = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(4_096, outstanding * 64))));
    const replies = new ReplyLines(talk.judge);
    talk.socket.on('data', (chunk: Buffer) => this.#read(replies, chunk));
    talk.socket.on('error', () => undefined).on('close', () => (this.#isOver = true));
    const pushes = talk.listener === null ? null : new ReplyLines(talk.listener.judge);
    talk.listener?.socket.on('error', () => undefined);
    if (pushes !== null) talk.listener?.socket.on('data', (chunk: Buffer) => this.#hear(pushes, chunk));
  }

  /** Messages that were sent and not answered, or not pushed although somebody listens. */
  get open(): number {
    const isListenedTo = this.#talk.listener !== null;
    return this.#sent - (isListenedTo ? Math.min(this.#answered, this.#pushed) : this.#answered);
  }

  /** The connection was closed: what was open on it was never answered. */
  get isOver(): boolean {
    return this.#isOver;
  }

  say(count: number): void {
    if (!this.#running || this.#isOver || count === 0) return;
    const nowMs = performance.now();
    let text = '';
    for (let place = 0; place < count; place += 1) {
      text += this.#talk.nextLine();
      this.#sentAtMs[this.#sent & (this.#sentAtMs.length - 1)] = nowMs;
      this.#sent += 1;
    }
    this.#talk.socket.write(text, 'latin1');
  }

  /** No more messages. What is open is still waited for. */
  stop(): void {
    this.#running = false;
  }

  close(): void {
    this.#talk.socket.destroy();
    this.#talk.listener?.socket.destroy();
  }

  #read(replies: ReplyLines, chunk: Buffer): void {
    const nowMs = performance.now();
    const before = this.#answered;
    let refused = 0;
    replies.push(chunk, (meaning: LineMeaning) => {
      if (meaning === 'other') return;
      if (meaning === 'refused') refused += 1;
      this.#events.answered(meaning, this.#timeOf(this.#answered), nowMs);
      this.#answered += 1;
    });
    this.say(this.#answered - before - refused);
    if (refused > 0) setTimeout(() => this.say(refused), AFTER_REFUSAL_MS);
  }

  #hear(pushes: ReplyLines, chunk: Buffer): void {
    const nowMs = performance.now();
    pushes.push(chunk, (meaning) => {
      if (meaning !== 'acknowledged') return;
      this.#events.heard(this.#timeOf(this.#pushed), nowMs);
      this.#pushed += 1;
    });
  }

  #timeOf(message: number): number {
    return this.#sentAtMs[message & (this.#sentAtMs.length - 1)] ?? 0;
  }
}
