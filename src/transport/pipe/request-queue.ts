import type { PendingRequest } from './pending-request.ts';

/** Most connections never wait for more answers at a time. */
const FIRST_CAPACITY = 4;
/** A ring that was needed larger than this is given back when the queue is empty. */
const KEPT_CAPACITY = 64;

/** The requests of one connection in the order of their lines: answered from the front, started in order behind it. */
export class RequestQueue {
  /** Its length is a power of two. A request stands where its number says, and they are counted from the first one on. */
  #ring = emptyRing();
  #front = 0;
  #nextToStart = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#front;
  }

  get front(): PendingRequest | undefined {
    return this.#at(this.#front);
  }

  /** The first request that was not started. */
  get nextToStart(): PendingRequest | undefined {
    return this.#at(this.#nextToStart);
  }

  push(request: PendingRequest): void {
    if (this.length === this.#ring.length) this.#grow();
    this.#ring[this.#end & (this.#ring.length - 1)] = request;
    this.#end += 1;
  }

  started(): void {
    this.#nextToStart += 1;
  }

  /** Removes the front. */
  shift(): void {
    this.#ring[this.#front & (this.#ring.length - 1)] = undefined;
    this.#front += 1;
    if (this.#nextToStart < this.#front) this.#nextToStart = this.#front;
    if (this.#front === this.#end && this.#ring.length > KEPT_CAPACITY) this.#ring = emptyRing();
  }

  /** All that were not answered yet, oldest first. */
  *unsettled(): Iterable<PendingRequest> {
    for (let number = this.#front; number < this.#end; number += 1) {
      const item = this.#at(number);
      if (item !== undefined && !item.isSettled) yield item;
    }
  }

  #at(number: number): PendingRequest | undefined {
    return number < this.#end ? this.#ring[number & (this.#ring.length - 1)] : undefined;
  }

  #grow(): void {
    const ring = emptyRing(2 * this.#ring.length);
    for (let number = this.#front; number < this.#end; number += 1)
      ring[number & (ring.length - 1)] = this.#at(number);
    this.#ring = ring;
  }
}

const emptyRing = (capacity = FIRST_CAPACITY): (PendingRequest | undefined)[] =>
  Array.from<PendingRequest | undefined>({ length: capacity }).fill(undefined);
