import type { Connection } from './connection.ts';
import type { Conversation } from './conversation.ts';
import type { ListJobs } from './list-jobs.ts';
import type { PipeContext } from './pipe-context.ts';
import type { RequestRunner } from './request-runner.ts';
import type { SignOff } from './sign-off.ts';

/** All connections are looked at this often, at most. */
const SWEEP_EVERY_MS = 50;

export interface DeadlineParts {
  readonly context: PipeContext;
  readonly runner: RequestRunner;
  readonly lists: ListJobs;
  readonly signOff: SignOff;
  readonly conversation: Conversation;
  readonly onStalled: (connection: Connection) => void;
}

/** What happens because time passes: commands that waited too long, silences that end a command, sockets that take nothing. */
export class Deadlines {
  readonly #parts: DeadlineParts;
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: DeadlineParts) {
    this.#parts = parts;
  }

  tick(connections: Iterable<Connection>): void {
    const nowMs = this.#parts.context.clock.nowMs();
    this.#parts.conversation.tick(nowMs);
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    for (const connection of connections) this.#sweep(connection, nowMs);
  }

  #sweep(connection: Connection, nowMs: number): void {
    const { context, conversation, signOff, onStalled } = this.#parts;
    if (connection.outbox.isStalled(nowMs, context.options.stalledAfterMs)) {
      onStalled(connection);
      return;
    }
    const front = connection.queue.front;
    if (front !== undefined && front.dueAtMs <= nowMs) {
      this.#expireDue(connection, nowMs);
      conversation.advance(connection);
    }
    signOff.proceed(connection);
  }

  /** All requests of a connection get the same time, so those that are due stand in front. */
  #expireDue(connection: Connection, nowMs: number): void {
    for (const item of connection.queue.unsettled()) {
      if (item.dueAtMs > nowMs) return;
      // A list that is half written goes on, and a goodbye is said in any case.
      if (item.progress.kind === 'streaming' || item.request.kind === 'bye') continue;
      if (item.progress.kind === 'listing') this.#parts.lists.expire(item);
      else this.#parts.runner.expire(connection, item);
    }
  }
}
