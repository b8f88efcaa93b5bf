import type { Connection } from './connection.ts';
import type { PipeContext } from './pipe-context.ts';

/** Gathers what a turn has to say to its connections: one write to each socket, when the turn is over. */
export class Writes {
  readonly #context: PipeContext;
  readonly #onMailTaken: (connection: Connection) => void;
  /** Those with `waitsForFlush`, and some that were flushed since. */
  #changed: Connection[] = [];
  #awake: 'yes' | 'no' = 'no';

  /** `onMailTaken` is told of a connection whose socket has taken more of what was in flight to it. */
  constructor(context: PipeContext, onMailTaken: (connection: Connection) => void) {
    this.#context = context;
    this.#onMailTaken = onMailTaken;
  }

  write(connection: Connection, text: string): void {
    connection.outbox.add(text);
    if (!connection.waitsForFlush) this.#note(connection);
  }

  /** All that is in flight to the connection up to this ordinal is among what was written. */
  holdsUpTo(connection: Connection, ordinal: number): void {
    connection.outbox.holdsUpTo(ordinal);
    if (!connection.waitsForFlush) this.#note(connection);
  }

  /** Asks the shell for a flush, once. */
  wake(): void {
    if (this.#awake === 'yes') return;
    this.#awake = 'yes';
    this.#context.output.wake();
  }

  flush(): void {
    this.#awake = 'no';
    if (this.#changed.length === 0) return;
    const changed = this.#changed;
    this.#changed = [];
    const nowMs = this.#context.clock.nowMs();
    for (const connection of changed) if (connection.waitsForFlush) this.#flush(connection, nowMs);
  }

  flushOne(connection: Connection): void {
    this.#flush(connection, this.#context.clock.nowMs());
  }

  /** The socket has taken that many more bytes. */
  taken(connection: Connection, bytes: number): void {
    connection.outbox.taken(bytes, this.#context.clock.nowMs());
    this.#onMailTaken(connection);
  }

  #note(connection: Connection): void {
    connection.waitsForFlush = true;
    this.#changed.push(connection);
    this.wake();
  }

  #flush(connection: Connection, nowMs: number): void {
    connection.waitsForFlush = false;
    const { outbox } = connection;
    const text = outbox.takeText(connection.framer.framing === 'unframed' ? 'ascii-only' : 'all');
    const bytes = text === '' ? 0 : Buffer.byteLength(text);
    outbox.written(bytes, nowMs);
    if (bytes > 0) this.#context.output.write(connection.socket, text, bytes);
    this.#onMailTaken(connection);
  }
}
