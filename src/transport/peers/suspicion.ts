import type { ConnectionEnd } from './outgoing-connection.ts';

/** A process that ends resets its connections a moment before or after it stops listening: so often a dial is tried again at once. */
const MAX_BROKEN_OFF = 3;
const SHORTEST_MS = 1;
const LONGEST_MS = 4;

/**
 * Whether a peer's process seems to be gone: a connection that stood has ended, and a new one is refused at once. A stopped or
 * overloaded process, and a network that swallows packets, refuse nothing, so they are never taken for it; a connection that
 * was merely reset is made again, and there was no hint. Each node waits a few milliseconds of its own before it says so,
 * so that not all of them stand for election in the same instant.
 */
export class Suspicion {
  readonly #confirmed: () => void;
  #state: 'none' | 'to-be-proved' | 'confirmed' = 'none';
  #brokenOff = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param confirmed called when the wait is over, unless `refuted` comes before. */
  constructor(confirmed: () => void) {
    this.#confirmed = confirmed;
  }

  /** A connection that stood has ended. The next dial, to be made at once, is the proof. */
  begin(): void {
    if (this.#state === 'confirmed') return;
    this.#state = 'to-be-proved';
    this.#brokenOff = 0;
  }

  /** The peer was reached, or has come in. */
  refuted(): void {
    clearTimeout(this.#timer);
    this.#state = 'none';
  }

  /** A dial came to nothing. Says whether the next one is to follow at once. */
  dialFailed(end: ConnectionEnd['kind']): 'dial-at-once' | 'dial-later' {
    if (this.#state !== 'to-be-proved' || end === 'lost') return 'dial-later';
    if (end === 'broken-off' && this.#brokenOff < MAX_BROKEN_OFF) {
      this.#brokenOff += 1;
      return 'dial-at-once';
    }
    if (end === 'not-listening') this.#confirm();
    else this.#state = 'none';
    return 'dial-later';
  }

  #confirm(): void {
    this.#state = 'confirmed';
    const waitMs = SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS);
    this.#timer = setTimeout(() => {
      this.#state = 'none';
      this.#confirmed();
    }, waitMs);
  }
}
