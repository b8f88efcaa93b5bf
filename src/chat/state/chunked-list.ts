import { CowMap, type FrozenMap } from './cow-map.ts';

/** Small, because one old item that nobody collects keeps its whole chunk in memory. */
const CHUNK = 64;
/** What a chunk takes in memory, besides its items. */
const CHUNK_BYTES = 800;

interface Chunk<T> {
  /** The version of the list in which this chunk was made. An older one may be shared with a frozen version. */
  readonly version: number;
  readonly index: number;
  readonly items: (T | undefined)[];
  live: number;
}

/**
 * A list that grows at its end and whose items can be cleared, each keeping its place. Items are never changed.
 * A chunk whose items are all cleared is let go. Freezing takes the same short time for any length.
 */
export class ChunkedList<T> {
  readonly #chunks = new CowMap<number, Chunk<T>>();
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

  /** What its chunks take in memory. The same for any two lists with the same items at the same places. */
  get chunkBytes(): number {
    return this.#chunks.size * CHUNK_BYTES;
  }

  /** Appends an item; its place is the length before. */
  append(item: T): void {
    const index = Math.floor(this.#length / CHUNK);
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = { version: this.#version, index, items: [], live: 0 };
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

  /** Of an empty list: makes it one of this length whose items have all been cleared, for `fill` to put back those that have not. */
  extendTo(length: number): void {
    this.#length = length;
    if (length % CHUNK !== 0) this.#emptyChunk(Math.floor(length / CHUNK));
  }

  /** Puts an item back at its place, below the length and empty. */
  fill(place: number, item: T): void {
    const index = Math.floor(place / CHUNK);
    const chunk = this.#chunks.get(index) ?? this.#emptyChunk(index);
    chunk.items[place % CHUNK] = item;
    chunk.live += 1;
    this.#live += 1;
  }

  /** The list as it is now, unmoved by what changes later. */
  freeze(): FrozenList<T> {
    this.#version += 1;
    return new FrozenList(this.#chunks.freeze(), this.#length);
  }

  #emptyChunk(index: number): Chunk<T> {
    const items: (T | undefined)[] = [];
    const size = Math.min(CHUNK, this.#length - index * CHUNK);
    for (let i = 0; i < size; i++) items.push(undefined);
    const chunk: Chunk<T> = { version: this.#version, index, items, live: 0 };
    this.#chunks.set(index, chunk);
    return chunk;
  }

  #writable(index: number): Chunk<T> | undefined {
    const chunk = this.#chunks.get(index);
    if (chunk === undefined || chunk.version === this.#version) return chunk;
    const copy: Chunk<T> = { version: this.#version, index, items: chunk.items.slice(), live: chunk.live };
    this.#chunks.set(index, copy);
    return copy;
  }
}

/** A version of a `ChunkedList` that no longer changes. */
export class FrozenList<T> {
  readonly length: number;
  readonly #chunks: FrozenMap<number, Pick<Chunk<T>, 'index' | 'items'>>;

  constructor(chunks: FrozenMap<number, Pick<Chunk<T>, 'index' | 'items'>>, length: number) {
    this.#chunks = chunks;
    this.length = length;
  }

  get chunkBytes(): number {
    return this.#chunks.size * CHUNK_BYTES;
  }

  at(place: number): T | undefined {
    if (place >= this.length) return undefined;
    return this.#chunks.get(Math.floor(place / CHUNK))?.items[place % CHUNK];
  }

  /** What was not cleared, in no particular order. */
  *values(): Generator<T> {
    for (const { index, items } of this.#chunks.values()) {
      const end = Math.min(items.length, this.length - index * CHUNK);
      for (let i = 0; i < end; i++) {
        const item = items[i];
        if (item !== undefined) yield item;
      }
    }
  }
}
