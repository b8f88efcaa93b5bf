import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { GroupLog } from './group-log.ts';
import { AckReader, encodeFrame } from './relay-frames.ts';

const NEWLINE = 10;

/** Messages of one connection that arrived together and are answered together. */
interface Asked {
  readonly socket: Socket;
  readonly first: number;
  readonly last: number;
}

/** Takes lines, puts them on its own and its followers' disks, and answers a line when two of the three have it. */
export function startLeader(port: number, followerPorts: readonly number[], log: GroupLog): void {
  const relay = new Relay(followerPorts, log);
  createServer({ noDelay: true }, (socket) => {
    let rest: Buffer | null = null;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
      let lines = 0;
      let end = 0;
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, end)) {
        lines += 1;
        end = at + 1;
      }
      rest = end === bytes.length ? null : bytes.subarray(end);
      if (lines > 0) relay.take(socket, bytes.subarray(0, end), lines);
    });
  }).listen(port, '127.0.0.1');
}

class Relay {
  readonly #log: GroupLog;
  readonly #followers: readonly Socket[];
  /** Up to which message each disk has everything; the leader's is the first. */
  readonly #durable: number[];
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #gatheredCount = 0;
  #lastMessage = 0;
  #answered = 0;
  #asked: Asked[] = [];

  constructor(followerPorts: readonly number[], log: GroupLog) {
    this.#log = log;
    this.#durable = [0, ...followerPorts.map(() => 0)];
    log.onDurable = (upTo) => this.#reached(0, upTo);
    this.#followers = followerPorts.map((port, place) => {
      const acks = new AckReader();
      return connect({ port, host: '127.0.0.1', noDelay: true }).on('data', (chunk: Buffer) => {
        const upTo = acks.push(chunk);
        if (upTo !== null) this.#reached(place + 1, upTo);
      });
    });
  }

  take(socket: Socket, bytes: Buffer, lines: number): void {
    if (this.#gathered.length === 0) setImmediate(() => this.#ship());
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    this.#gatheredCount += lines;
    this.#asked.push({ socket, first: this.#lastMessage + 1, last: this.#lastMessage + lines });
    this.#lastMessage += lines;
  }

  /** What came in one turn of the event loop goes on in one piece. */
  #ship(): void {
    const frame = encodeFrame(this.#gathered, this.#gatheredBytes, this.#gatheredCount);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#gatheredCount = 0;
    for (const follower of this.#followers) follower.write(frame);
    this.#log.append(frame, this.#lastMessage);
  }

  #reached(disk: number, upTo: number): void {
    this.#durable[disk] = upTo;
    const onMajority = this.#durable.toSorted((a, b) => b - a)[this.#durable.length >> 1] ?? 0;
    if (onMajority > this.#answered) this.#answer(onMajority);
  }

  /** One write to each socket. */
  #answer(upTo: number): void {
    this.#answered = upTo;
    const texts = new Map<Socket, string>();
    let done = 0;
    for (const asked of this.#asked) {
      if (asked.last > upTo) break;
      done += 1;
      let text = texts.get(asked.socket) ?? '';
      for (let message = asked.first; message <= asked.last; message += 1) text += `OK ${message}\n`;
      texts.set(asked.socket, text);
    }
    this.#asked = this.#asked.slice(done);
    for (const [socket, text] of texts) socket.write(text, 'latin1');
  }
}
