import { tooMuch } from '../../chat/pipe/failures.ts';
import { formatHelloReply, formatReply } from '../../chat/pipe/format-reply.ts';
import type { FramedLine } from '../../chat/pipe/line-framer.ts';
import { parseLine, unreadableLine } from '../../chat/pipe/parse-line.ts';
import type { ParsedLine } from '../../chat/pipe/request.ts';
import type { Connection } from './connection.ts';
import type { KnownNodes } from './known-nodes.ts';
import { PendingRequest } from './pending-request.ts';
import type { PipeContext } from './pipe-context.ts';
import type { Pushes } from './pushes.ts';
import type { RequestRunner } from './request-runner.ts';
import type { SignOff } from './sign-off.ts';
import type { Writes } from './writes.ts';

export interface ConversationParts {
  readonly context: PipeContext;
  readonly writes: Writes;
  readonly pushes: Pushes;
  readonly runner: RequestRunner;
  readonly signOff: SignOff;
  readonly knownNodes: KnownNodes;
}

/** Moves a connection's requests along: lines in, in order; replies out, in the same order. */
export class Conversation {
  readonly #parts: ConversationParts;
  /** Bytes of theirs may become a command by the silence behind them. */
  #pausing = new Set<Connection>();
  #lastTickMs = Number.NEGATIVE_INFINITY;
  /** What came in before this time has been read. A client's silence lasts until then, not until now: the rest of its line may lie in the system. */
  #readUpToMs = Number.NEGATIVE_INFINITY;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** Some time has passed. Between two ticks all sockets are read that are not paused. */
  tick(nowMs: number): void {
    this.#readUpToMs = this.#lastTickMs;
    this.#lastTickMs = nowMs;
    if (this.#pausing.size === 0) return;
    const pausing = this.#pausing;
    this.#pausing = new Set();
    for (const connection of pausing) {
      const endsAtMs = connection.framer.pauseEndsAtMs();
      if (endsAtMs === null) continue;
      if (this.#readUpToMs < endsAtMs) this.#pausing.add(connection);
      else this.advance(connection, nowMs);
    }
  }

  /** Bytes have come in. */
  received(connection: Connection, bytes: Uint8Array): void {
    const nowMs = this.#parts.context.clock.nowMs();
    connection.framer.push(bytes);
    this.advance(connection, nowMs);
  }

  /** Does everything that can be done for the connection by now. `readMs`: the time, if the caller has read it already. */
  advance(connection: Connection, readMs: number | null = null): void {
    let outcome: 'again' | 'waits' = 'again';
    while (outcome === 'again' && isTalking(connection)) {
      if (connection.framer.mayHaveLine)
        this.#pullLines(connection, readMs ?? this.#parts.context.clock.nowMs());
      this.#parts.runner.startNext(connection);
      outcome = this.#writeReplies(connection);
    }
    if (
      connection.phase.kind === 'finishing' &&
      connection.queue.length === 0 &&
      !connection.framer.hasBacklog
    ) {
      this.#parts.pushes.look(connection);
      this.#parts.signOff.begin(connection, '');
    }
    this.#steerReading(connection);
    if (connection.phase.kind === 'open' && connection.framer.pauseEndsAtMs() !== null)
      this.#pausing.add(connection);
  }

  #pullLines(connection: Connection, nowMs: number): void {
    const { options } = this.#parts.context;
    while (
      connection.queue.length < options.maxPipelined &&
      connection.outbox.bufferedBytes < options.maxBufferedBytes
    ) {
      const line = connection.framer.next(nowMs, this.#readUpToMs);
      if (line === null) return;
      const item = new PendingRequest(connection, this.#parse(line), nowMs + options.commandTimeoutMs);
      if (connection.bucket.take(nowMs) === 'empty') {
        item.answer(
          tooMuch(`this connection sends more than ${options.commandsPerSecond} commands a second`),
        );
      }
      connection.queue.push(item);
    }
  }

  #parse(line: FramedLine): ParsedLine {
    const { options } = this.#parts.context;
    switch (line.kind) {
      case 'line': {
        const parsed = parseLine(line.text, options);
        // A program ends its lines: this one was cut off, and its beginning may mean something else.
        const isCut = line.endedBy === 'end-of-input' && parsed.tag !== null;
        return isCut ? unreadableLine(line.text, 'the line was cut off, its newline is missing') : parsed;
      }
      case 'too-long':
        return unreadableLine(line.head, `the line is longer than ${options.maxLineBytes} bytes`);
      case 'not-utf8':
        return unreadableLine(line.head, 'the line is not valid UTF-8');
      default:
        return line satisfies never;
    }
  }

  /** Writes the replies that are next in order. */
  #writeReplies(connection: Connection): 'again' | 'waits' {
    const { queue } = connection;
    let outcome: 'again' | 'waits' = 'waits';
    for (let item = queue.front; item?.isSettled === true; item = queue.front) {
      outcome = 'again';
      queue.shift();
      if (connection.gate === item) connection.gate = null;
      this.#writeReply(connection, item);
    }
    return outcome;
  }

  #writeReply(connection: Connection, item: PendingRequest): void {
    const { writes, pushes } = this.#parts;
    if (item.progress.kind === 'answered') {
      const { reply } = item.progress;
      const isHello =
        item.request.kind === 'hello' || (item.request.kind === 'invalid' && item.request.asked === 'hello');
      const text = isHello && item.tag === null ? formatHelloReply(reply) : formatReply(item.tag, reply);
      writes.write(connection, text);
      const { notice } = this.#parts.knownNodes;
      if (isHello && reply.code === 'ok' && notice !== null) writes.write(connection, notice);
    } else {
      pushes.stale(connection);
    }
    if (item.carries === null) return;
    connection.openCollects -= 1;
    for (const message of item.carries) connection.carriedByReply.add(message.id);
    // At once: a login behind this reply must know that mail is on its way to the socket.
    pushes.look(connection);
  }

  /** A socket is read as long as its lines can be taken in, so what a fast writer sends waits at its own end. */
  #steerReading(connection: Connection): void {
    const wanted = isTalking(connection) && connection.framer.hasBacklog ? 'paused' : 'on';
    if (
      wanted === connection.socketReading ||
      connection.phase.kind === 'gone' ||
      connection.outbox.isAbandoned
    )
      return;
    connection.socketReading = wanted;
    if (wanted === 'paused') this.#parts.context.output.pauseReading(connection.socket);
    else this.#parts.context.output.resumeReading(connection.socket);
  }
}

const isTalking = (connection: Connection): boolean =>
  connection.phase.kind === 'open' || connection.phase.kind === 'finishing';
