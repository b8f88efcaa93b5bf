import { DiskError } from './disk.ts';
import type { LogIndex } from '../core/ids.ts';
import type { DiskLogStore, LogBatch } from './log-store.ts';

interface Notable {
  readonly note: () => void;
  readonly done: () => void;
}

/**
 * A log store that has what its batches mean to the folder noted in another file before they are acknowledged. Where there is no
 * room for a note, it and all acknowledgements after it wait until there is: a full disk stops nobody's process.
 */
export class NotingStore implements DiskLogStore {
  readonly #store: DiskLogStore;
  readonly #noteOf: (batch: LogBatch) => void;
  readonly #onFailure: (error: DiskError) => void;
  #waiting: Notable[] = [];
  #state: 'running' | 'failed' = 'running';

  /** `noteOf`: notes what a durable batch means; throws `DiskError`. */
  constructor(store: DiskLogStore, noteOf: (batch: LogBatch) => void, onFailure: (error: DiskError) => void) {
    this.#store = store;
    this.#noteOf = noteOf;
    this.#onFailure = onFailure;
  }

  append(batch: LogBatch, done: () => void): void {
    this.#store.append(batch, () => this.note(() => this.#noteOf(batch), done));
  }

  /** Makes a note now, or as soon as there is room for it and for those before it. */
  note(note: () => void, done: () => void): void {
    this.#waiting.push({ note, done });
    this.#goOn();
  }

  dropUpTo(index: LogIndex): void {
    this.#store.dropUpTo(index);
  }

  retryReserve(): void {
    this.#store.retryReserve();
    this.#goOn();
  }

  get roomBytes(): number {
    return this.#waiting.length === 0 ? this.#store.roomBytes : 0;
  }

  get reserveBytes(): number {
    return this.#waiting.length === 0 ? this.#store.reserveBytes : 0;
  }

  #goOn(): void {
    while (this.#state === 'running') {
      const [first] = this.#waiting;
      if (first === undefined) return;
      try {
        first.note();
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        if (error.code === 'no-space') return;
        this.#state = 'failed';
        this.#onFailure(error);
        return;
      }
      this.#waiting.shift();
      first.done();
    }
  }
}
