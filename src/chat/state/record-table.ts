import { CowMap, type FrozenMap } from './cow-map.ts';

/** What a table holds: an object that is changed in place, as long as no frozen version can see it. */
export interface TableRecord {
  /** The version of the table in which this object was made. Written by the table only, and no part of the state. */
  version: number;
}

/** Records under keys. Read with `get`; whoever changes one asks for it with `write`, which keeps frozen versions as they were. */
export class RecordTable<K extends string | number, R extends TableRecord> {
  readonly #records = new CowMap<K, R>();
  readonly #copy: (record: Readonly<R>) => R;
  #version = 0;

  /** `copy` makes a record that can be changed while the old one stays as it is. */
  constructor(copy: (record: Readonly<R>) => R) {
    this.#copy = copy;
  }

  get size(): number {
    return this.#records.size;
  }

  get(key: K): Readonly<R> | undefined {
    return this.#records.get(key);
  }

  /** The record, to be changed at once; not to be kept. */
  write(key: K): R | undefined {
    const record = this.#records.get(key);
    if (record === undefined || record.version === this.#version) return record;
    const copy = this.#copy(record);
    copy.version = this.#version;
    this.#records.set(key, copy);
    return copy;
  }

  add(key: K, record: R): void {
    record.version = this.#version;
    this.#records.set(key, record);
  }

  remove(key: K): void {
    this.#records.delete(key);
  }

  /** In no particular order. */
  values(): Generator<Readonly<R>> {
    return this.#records.values();
  }

  freeze(): FrozenMap<K, Readonly<R>> {
    this.#version += 1;
    return this.#records.freeze();
  }
}
