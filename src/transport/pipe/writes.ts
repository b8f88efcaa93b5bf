import type { Connection } from './connection.ts';
import type { PipeContext } from './pipe-context.ts';

/** Gathers what a turn has to say to its connections: one write to each socket, when the turn is over. */
export class Writes {
  readonly #context: PipeContext;
  readonly #onMailTaken: (connection: Connection) => void;
  readonly #changed = new Set<Connection>();
  #awake: 'yes' | 'no' = 'no';

  /** `onMailTaken` is told of a connection whose socket has taken more of what was in flight to it. */
  constructor(context: PipeContext, onMailTaken: (connection: Connection) => void) {
    this.#context = context;
    this.#onMailTaken = onMailTaken;
  }

  write(connection: Connection, text: string): void {
    connection.outbox.add(text);
    this.#note(connection);
  }

  /** All that is in flight to the connection up to this ordinal is among what was written. */
  holdsUpTo(connection: Connection, ordinal: number): void {
    connection.outbox.holdsUpTo(ordinal);
    this.#note(connection);
  }

  /** Asks the shell for a flush, once. */
  wake(): void {
    if (this.#awake === 'yes') return;
    this.#awake = 'yes';
    this.#context.output.wake();
  }

  flush(): void {
    this.#awake = 'no';
    for (const connection of this.#changed) this.flushOne(connection);
  }

  flushOne(connection: Connection): void {
    this.#changed.delete(connection);
    const characters = connection.framer.framing === 'unframed' ? 'ascii-only' : 'all';
    const bytes = connection.outbox.takeBytes(characters, this.#context.clock.nowMs());
    if (bytes !== null) this.#context.output.write(connection.socket, bytes);
    this.#onMailTaken(connection);
  }

  /** The socket has taken that many more bytes. */
  taken(connection: Connection, bytes: number): void {
    connection.outbox.taken(bytes, this.#context.clock.nowMs());
    this.#onMailTaken(connection);
  }

  #note(connection: Connection): void {
    this.#changed.add(connection);
    this.wake();
  }
}
