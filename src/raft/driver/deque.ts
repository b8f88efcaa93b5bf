const FIRST_CAPACITY = 64;

/** A queue with both ends open: O(1) at either, O(1) by place. A ring that grows, and makes no garbage while it does not. */
export class Deque<T> {
  /** Its length is a power of two, so that a place is found by masking. */
  #ring: (T | undefined)[] = emptyRing(FIRST_CAPACITY);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item;
    this.#length += 1;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length -= 1;
    return item;
  }

  at(place: number): T | undefined {
    if (place < 0 || place >= this.#length) return undefined;
    return this.#ring[(this.#head + place) & (this.#ring.length - 1)];
  }

  /** All of them, in order: a copy. */
  items(): readonly T[] {
    const { length } = this.#ring;
    const upToEnd = this.#ring.slice(this.#head, this.#head + this.#length);
    const fromStart = this.#ring.slice(0, Math.max(0, this.#head + this.#length - length));
    return [...upToEnd, ...fromStart] as T[];
  }

  clear(): void {
    this.#ring = emptyRing(FIRST_CAPACITY);
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const ring = emptyRing<T>(2 * this.#ring.length);
    for (let place = 0; place < this.#length; place += 1) ring[place] = this.at(place);
    this.#ring = ring;
    this.#head = 0;
  }
}

const emptyRing = <T>(capacity: number): (T | undefined)[] =>
  Array.from<T | undefined>({ length: capacity }).fill(undefined);
