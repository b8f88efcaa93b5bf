import type { Connection } from './connection.ts';
import type { Deliveries } from './deliveries.ts';
import type { Logouts } from './logouts.ts';
import type { PipeContext } from './pipe-context.ts';
import type { Writes } from './writes.ts';

export interface SignOffParts {
  readonly context: PipeContext;
  readonly writes: Writes;
  readonly deliveries: Deliveries;
  readonly logouts: Logouts;
  readonly onGone: (connection: Connection) => void;
}

/**
 * The end of a connection, in order: its socket takes the replies, the cluster is told what was delivered by that and that
 * the connection is over, and only then is it closed. So whoever has seen it close knows that the account is offline, and
 * nothing that it has read comes again. Without a quorum it closes all the same, when the time is up.
 */
export class SignOff {
  readonly #parts: SignOffParts;

  constructor(parts: SignOffParts) {
    this.#parts = parts;
  }

  /** Everything is answered. `farewell` is written last. */
  begin(connection: Connection, farewell: string): void {
    if (connection.phase.kind !== 'open' && connection.phase.kind !== 'finishing') return;
    connection.phase = { kind: 'draining', farewell, dueAtMs: this.#dueAtMs() };
    connection.framer.discard();
    this.proceed(connection);
  }

  /** Goes as far as it can by now. */
  proceed(connection: Connection): void {
    const { phase, outbox, needsLogout } = connection;
    if (phase.kind === 'draining') {
      const isTaken = outbox.isAbandoned || outbox.bufferedBytes === 0;
      if (needsLogout && !isTaken && !this.#isDue(phase.dueAtMs)) return;
      if (!needsLogout) {
        this.#finish(connection, phase.farewell);
        return;
      }
      this.#parts.deliveries.submitNow(connection);
      this.#parts.logouts.submit(connection.number);
      connection.phase = { kind: 'logging-out', farewell: phase.farewell, dueAtMs: this.#dueAtMs() };
    }
    if (connection.phase.kind !== 'logging-out') return;
    if (outbox.isAbandoned || this.#isDue(connection.phase.dueAtMs))
      this.#finish(connection, connection.phase.farewell);
  }

  /** The cluster knows that the connection is over. */
  loggedOut(connection: Connection): void {
    if (connection.phase.kind === 'logging-out') this.#finish(connection, connection.phase.farewell);
  }

  #finish(connection: Connection, farewell: string): void {
    const { writes, context, onGone } = this.#parts;
    writes.write(connection, farewell);
    writes.flushOne(connection);
    connection.phase = { kind: 'gone' };
    if (!connection.outbox.isAbandoned) context.output.end(connection.socket);
    onGone(connection);
  }

  #dueAtMs(): number {
    const { clock, options } = this.#parts.context;
    return clock.nowMs() + options.commandTimeoutMs;
  }

  #isDue(dueAtMs: number): boolean {
    return this.#parts.context.clock.nowMs() >= dueAtMs;
  }
}
