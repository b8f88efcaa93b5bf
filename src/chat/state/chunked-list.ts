const CHUNK = 1024;

interface Chunk<T> {
  /** The version of the list in which this chunk was made. An older one may be shared with a frozen version. */
  readonly version: number;
  readonly items: (T | undefined)[];
  live: number;
}

/**
 * A list that grows at its end and whose items can be cleared, each keeping its place. Items are never changed.
 * A chunk whose items are all cleared is let go. Freezing takes the time of the living chunks.
 */
export class ChunkedList<T> {
  readonly #chunks = new Map<number, Chunk<T>>();
  #version = 0;
  #length = 0;
  #live = 0;

  /** How many items were ever appended. */
  get length(): number {
    return this.#length;
  }

  /** How many of them have not been cleared. */
  get live(): number {
    return this.#live;
  }

  /** Appends an item; its place is the length before. */
  append(item: T): void {
    const index = Math.floor(this.#length / CHUNK);
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = { version: this.#version, items: [], live: 0 };
      this.#chunks.set(index, chunk);
    }
    // A frozen version may share this array: it looks no further than its own length.
    chunk.items.push(item);
    chunk.live += 1;
    this.#length += 1;
    this.#live += 1;
  }

  at(place: number): T | undefined {
    return this.#chunks.get(Math.floor(place / CHUNK))?.items[place % CHUNK];
  }

  /** Empties a place for good. */
  clear(place: number): void {
    if (this.at(place) === undefined) return;
    const index = Math.floor(place / CHUNK);
    const chunk = this.#writable(index);
    if (chunk === undefined) return;
    chunk.items[place % CHUNK] = undefined;
    chunk.live -= 1;
    this.#live -= 1;
    if (chunk.live === 0 && chunk.items.length === CHUNK) this.#chunks.delete(index);
  }

  /** The list as it is now, unmoved by what changes later. */
  freeze(): FrozenList<T> {
    this.#version += 1;
    const chunks = new Map<number, readonly (T | undefined)[]>();
    for (const [index, chunk] of this.#chunks) chunks.set(index, chunk.items);
    return new FrozenList(chunks, this.#length);
  }

  #writable(index: number): Chunk<T> | undefined {
    const chunk = this.#chunks.get(index);
    if (chunk === undefined || chunk.version === this.#version) return chunk;
    const copy: Chunk<T> = { version: this.#version, items: chunk.items.slice(), live: chunk.live };
    this.#chunks.set(index, copy);
    return copy;
  }
}

/** A version of a `ChunkedList` that no longer changes. */
export class FrozenList<T> {
  readonly length: number;
  readonly #chunks: ReadonlyMap<number, readonly (T | undefined)[]>;

  constructor(chunks: ReadonlyMap<number, readonly (T | undefined)[]>, length: number) {
    this.#chunks = chunks;
    this.length = length;
  }

  at(place: number): T | undefined {
    if (place >= this.length) return undefined;
    return this.#chunks.get(Math.floor(place / CHUNK))?.[place % CHUNK];
  }

  /** What was not cleared, chunk by chunk. */
  *values(): Generator<T> {
    for (const [index, items] of this.#chunks) {
      const end = Math.min(items.length, this.length - index * CHUNK);
      for (let i = 0; i < end; i++) {
        const item = items[i];
        if (item !== undefined) yield item;
      }
    }
  }
}
