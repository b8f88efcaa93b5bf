import type { PendingRequest } from './pending-request.ts';

const COMPACT_ABOVE = 64;

/** The requests of one connection in the order of their lines: answered from the front, started in order behind it. */
export class RequestQueue {
  #items: PendingRequest[] = [];
  #front = 0;
  #nextToStart = 0;

  get length(): number {
    return this.#items.length - this.#front;
  }

  get front(): PendingRequest | undefined {
    return this.#items[this.#front];
  }

  /** The first request that was not started. */
  get nextToStart(): PendingRequest | undefined {
    return this.#items[this.#nextToStart];
  }

  push(request: PendingRequest): void {
    this.#items.push(request);
  }

  started(): void {
    this.#nextToStart += 1;
  }

  /** Removes the front. */
  shift(): void {
    this.#front += 1;
    if (this.#nextToStart < this.#front) this.#nextToStart = this.#front;
    if (this.#front === this.#items.length) {
      this.#items = [];
      this.#front = 0;
      this.#nextToStart = 0;
    } else if (this.#front > COMPACT_ABOVE && 2 * this.#front > this.#items.length) {
      this.#items = this.#items.slice(this.#front);
      this.#nextToStart -= this.#front;
      this.#front = 0;
    }
  }

  /** All that were not answered yet, oldest first. */
  *unsettled(): Iterable<PendingRequest> {
    for (let place = this.#front; place < this.#items.length; place += 1) {
      const item = this.#items[place];
      if (item !== undefined && !item.isSettled) yield item;
    }
  }
}
