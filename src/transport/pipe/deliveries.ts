import type { Connection } from './connection.ts';
import type { PipeContext } from './pipe-context.ts';
import type { Submissions } from './submissions.ts';

/**
 * Tells the cluster what the sockets of plain connections have taken: a watermark for each connection, gathered for a
 * short while, so that a busy connection costs one command now and then and not one a message.
 */
export class Deliveries {
  readonly #context: PipeContext;
  readonly #submissions: Submissions;
  readonly #gathered = new Set<Connection>();
  #dueAtMs = 0;

  constructor(context: PipeContext, submissions: Submissions) {
    this.#context = context;
    this.#submissions = submissions;
  }

  /** Looks whether the connection's socket has taken mail that the cluster has not been told of. */
  gather(connection: Connection): void {
    if (connection.outbox.takenOrdinal <= connection.deliveredOrdinal || connection.role.kind === 'client')
      return;
    if (this.#gathered.size === 0) {
      this.#dueAtMs = this.#context.clock.nowMs() + this.#context.options.deliveredAfterMs;
    }
    this.#gathered.add(connection);
  }

  tick(): void {
    if (this.#gathered.size === 0 || this.#context.clock.nowMs() < this.#dueAtMs) return;
    for (const connection of this.#gathered) this.submitNow(connection);
  }

  /** Before a command that ends the connection's login: what is not delivered by then goes back to the mailbox. */
  submitNow(connection: Connection): void {
    const upTo = connection.outbox.takenOrdinal;
    if (upTo <= connection.deliveredOrdinal || connection.role.kind === 'client') {
      this.#gathered.delete(connection);
      return;
    }
    const answer = this.#submissions.submit(
      { connection: connection.number, request: null, body: { kind: 'delivered', upTo } },
      { kind: 'delivered', connection },
    );
    if (answer.kind === 'refused') return;
    this.#gathered.delete(connection);
    connection.deliveredOrdinal = upTo;
  }

  /** The command never came to anything: say it again. */
  failed(connection: Connection): void {
    if (connection.phase.kind === 'gone') return;
    connection.deliveredOrdinal = 0;
    this.gather(connection);
  }

  forget(connection: Connection): void {
    this.#gathered.delete(connection);
  }
}
