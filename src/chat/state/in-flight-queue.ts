import type { AccountIndex, MessageId } from '../ids.ts';

/** A message on its way to a connection. Immutable. */
export interface InFlightEntry {
  readonly ordinal: number;
  readonly by: 'push' | 'collect';
  readonly message: MessageId;
  /** Whose it is: the mailbox that it goes back to. */
  readonly account: AccountIndex;
}

const COMPACT_FROM = 64;

/** What is in flight to one connection, ordinals ascending. Nearly always added to at the end and taken from the front. */
export class InFlightQueue {
  #entries: InFlightEntry[];
  /** Where the queue begins: what lies before it was taken already. */
  #head = 0;

  constructor(entries: InFlightEntry[] = []) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get first(): InFlightEntry | undefined {
    return this.#entries[this.#head];
  }

  add(entry: InFlightEntry): void {
    this.#entries.push(entry);
  }

  dropFirst(): void {
    if (this.size === 0) return;
    this.#head += 1;
    if (this.#head >= COMPACT_FROM && this.#head * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Takes out all entries for which `wanted` says yes, in order. Takes the time of the whole queue. */
  extract(wanted: (entry: InFlightEntry) => boolean): readonly InFlightEntry[] {
    const taken: InFlightEntry[] = [];
    const left: InFlightEntry[] = [];
    for (const entry of this) (wanted(entry) ? taken : left).push(entry);
    this.#entries = left;
    this.#head = 0;
    return taken;
  }

  /** Entries with a higher ordinal, in order, at most `max`. */
  after(ordinal: number, max: number): readonly InFlightEntry[] {
    let low = this.#head;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && entry.ordinal <= ordinal) low = middle + 1;
      else high = middle;
    }
    return this.#entries.slice(low, low + Math.max(0, max));
  }

  copy(): InFlightQueue {
    return new InFlightQueue(this.#entries.slice(this.#head));
  }

  *[Symbol.iterator](): Generator<InFlightEntry> {
    for (let at = this.#head; at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry !== undefined) yield entry;
    }
  }
}
