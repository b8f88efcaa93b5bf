const SHARDS = 256;

interface Shard<K, V> {
  /** The version of the map in which this shard was made. An older one may be shared with a frozen version. */
  readonly version: number;
  readonly entries: Map<K, V>;
}

type Shards<K, V> = readonly (Shard<K, V> | undefined)[];

/**
 * A map that can be frozen in the time of its shards, not of its entries: the frozen version shares the shards,
 * and a shard is copied before its first change after that. Order of iteration means nothing.
 */
export class CowMap<K extends string | number, V> {
  readonly #shards: (Shard<K, V> | undefined)[] = Array.from({ length: SHARDS }, () => undefined);
  #version = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    return this.#shards[shardOf(key)]?.entries.get(key);
  }

  has(key: K): boolean {
    return this.#shards[shardOf(key)]?.entries.has(key) === true;
  }

  set(key: K, value: V): void {
    const entries = this.#writable(shardOf(key));
    const before = entries.size;
    entries.set(key, value);
    this.#size += entries.size - before;
  }

  delete(key: K): void {
    if (!this.has(key)) return;
    this.#writable(shardOf(key)).delete(key);
    this.#size -= 1;
  }

  values(): Generator<V> {
    return valuesOf(this.#shards);
  }

  /** The map as it is now, unmoved by what changes later. */
  freeze(): FrozenMap<K, V> {
    this.#version += 1;
    return new FrozenMap(this.#shards.slice(), this.#size);
  }

  #writable(index: number): Map<K, V> {
    const shard = this.#shards[index];
    if (shard?.version === this.#version) return shard.entries;
    const entries = new Map(shard?.entries);
    this.#shards[index] = { version: this.#version, entries };
    return entries;
  }
}

/** A version of a `CowMap` that no longer changes. */
export class FrozenMap<K extends string | number, V> {
  readonly size: number;
  readonly #shards: Shards<K, V>;

  constructor(shards: Shards<K, V>, size: number) {
    this.#shards = shards;
    this.size = size;
  }

  get(key: K): V | undefined {
    return this.#shards[shardOf(key)]?.entries.get(key);
  }

  values(): Generator<V> {
    return valuesOf(this.#shards);
  }
}

function* valuesOf<K, V>(shards: Shards<K, V>): Generator<V> {
  for (const shard of shards) {
    if (shard !== undefined) yield* shard.entries.values();
  }
}

function shardOf(key: string | number): number {
  if (typeof key === 'number') return key % SHARDS;
  let hash = key.length;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 15)) & (SHARDS - 1);
}
