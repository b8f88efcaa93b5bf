import type { Entry } from './entry.ts';
import { broken } from './errors.ts';

/** Entries in one chunk: what a call may have to clear one by one when the front is dropped. */
const CHUNK = 1024;

/** Entries whose places (index - 1) are `number * CHUNK` and following. */
interface Chunk {
  readonly number: number;
  /** Null where an entry was dropped: its bytes must not be kept alive by its neighbours. */
  readonly entries: (Entry | null)[];
  /** The bytes of all entries up to and with each of these, counted from the first that was ever appended. */
  readonly bytesUpTo: number[];
}

/**
 * Entries without a gap, by index, that grow and shrink at the end and are dropped at the front. Dropping takes
 * time by the chunks dropped, not by the entries kept, and lets go of their memory.
 */
export class EntryChunks {
  readonly #chunks: Chunk[] = [];
  #base: number;
  #last: number;
  #bytesUpToBase = 0;

  /** Empty: the first entry will follow `base`. */
  constructor(base: number) {
    this.#base = base;
    this.#last = base;
  }

  /** The index before the first entry. */
  get base(): number {
    return this.#base;
  }

  /** The index of the last entry; `base` if there is none. */
  get last(): number {
    return this.#last;
  }

  at(index: number): Entry | undefined {
    if (index <= this.#base || index > this.#last) return undefined;
    return this.#chunkOf(index).entries[(index - 1) % CHUNK] ?? undefined;
  }

  push(entry: Entry): void {
    const bytesUpTo = this.#bytesUpTo(this.#last) + entry.bytes.byteLength;
    const place = entry.index - 1;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.number !== Math.floor(place / CHUNK)) {
      // The places before the very first entry stay empty: chunks begin at multiples.
      chunk = { number: Math.floor(place / CHUNK), entries: [], bytesUpTo: [] };
      for (let empty = 0; empty < place % CHUNK; empty += 1) {
        chunk.entries.push(null);
        chunk.bytesUpTo.push(0);
      }
      this.#chunks.push(chunk);
    }
    chunk.entries.push(entry);
    chunk.bytesUpTo.push(bytesUpTo);
    this.#last = entry.index;
  }

  /** Bytes of the entries after `after`, up to and with `upTo`; 0 if there are none. Dropped entries count for nothing. */
  bytesBetween(after: number, upTo: number): number {
    return Math.max(0, this.#bytesUpTo(upTo) - this.#bytesUpTo(after));
  }

  /** Drops every entry above this index. */
  dropAbove(index: number): void {
    if (index < this.#base)
      broken(`entries above ${index} are to be dropped, but the log begins after ${this.#base}`);
    if (index >= this.#last) return;
    this.#last = index;
    for (let chunk = this.#chunks.at(-1); chunk !== undefined; chunk = this.#chunks.at(-1)) {
      const keep = index - chunk.number * CHUNK;
      if (keep > 0) {
        chunk.entries.length = Math.min(keep, chunk.entries.length);
        chunk.bytesUpTo.length = chunk.entries.length;
        return;
      }
      this.#chunks.pop();
    }
  }

  /** Drops every entry up to and with this index, which becomes the base. */
  dropUpTo(index: number): void {
    if (index <= this.#base) return;
    if (index > this.#last)
      broken(`entries up to ${index} are to be dropped, but the log ends at ${this.#last}`);
    this.#bytesUpToBase = this.#bytesUpTo(index);
    const whole = this.#chunks.findIndex((chunk) => (chunk.number + 1) * CHUNK > index);
    this.#chunks.splice(0, whole === -1 ? this.#chunks.length : whole);
    const first = this.#chunks[0];
    if (first !== undefined) {
      const from = Math.max(0, this.#base - first.number * CHUNK);
      first.entries.fill(null, from, index - first.number * CHUNK);
    }
    this.#base = index;
  }

  #bytesUpTo(index: number): number {
    if (index <= this.#base) return this.#bytesUpToBase;
    return (
      this.#chunkOf(Math.min(index, this.#last)).bytesUpTo[(Math.min(index, this.#last) - 1) % CHUNK] ?? 0
    );
  }

  #chunkOf(index: number): Chunk {
    const first = this.#chunks[0]?.number ?? 0;
    return this.#chunks[Math.floor((index - 1) / CHUNK) - first] ?? broken(`no chunk holds entry ${index}`);
  }
}
