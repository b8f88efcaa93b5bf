/** A queue with both ends open: O(1) at either, O(1) by place. */
export class Deque<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    // The slot keeps its item alive until the compaction below, which comes after at most as many shifts as there are items.
    this.#head += 1;
    if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  at(place: number): T | undefined {
    return place < 0 ? undefined : this.#items[this.#head + place];
  }

  set(place: number, item: T): void {
    if (place < 0 || place >= this.length)
      throw new RangeError(`no place ${place} in a queue of ${this.length}`);
    this.#items[this.#head + place] = item;
  }

  /** All of them, in order: a copy. */
  items(): readonly T[] {
    return this.#items.slice(this.#head);
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
