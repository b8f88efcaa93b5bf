import { SLAB_BYTES } from '../../memory/uncounted.ts';
import { MessageSlab, recordBytes } from './message-slab.ts';

/** Waste is let go when it is more than what is left, and more than this. */
const WASTE_BYTES = 8 * 1_024 * 1_024;

/** The slabs as they were at some moment: what they held then, they hold. */
export type FrozenSlabs = readonly (MessageSlab | undefined)[];

/** The memory that messages lie in: slabs under numbers from 1, of which the newest is written to. */
export class MessageHeap {
  readonly #slabs: (MessageSlab | undefined)[] = [undefined];
  readonly #freeNumbers: number[] = [];
  #newest = 0;
  #slab = new MessageSlab(0);
  /** Of all slabs but the newest. */
  #sealedBytes = 0;
  #sealedLiveBytes = 0;

  /** Bytes of all records, waste included. */
  get bytes(): number {
    return this.#sealedBytes + this.#slab.usedBytes;
  }

  /** The number of the slab that is written to. */
  get newest(): number {
    return this.#newest;
  }

  /** The slab to write the next message to, of at most so many bytes. */
  slabFor(length: number): MessageSlab {
    const record = recordBytes(length);
    if (!this.#slab.hasRoomFor(record)) this.#open(Math.max(SLAB_BYTES, record));
    return this.#slab;
  }

  at(number: number): MessageSlab | undefined {
    return this.#slabs[number];
  }

  /** The message that lies here is no longer wanted. A slab in which nothing else is left is let go. */
  discard(number: number, at: number): void {
    const slab = this.#slabs[number];
    if (slab === undefined) return;
    const before = slab.liveBytes;
    slab.discard(at);
    if (number === this.#newest) return;
    this.#sealedLiveBytes -= before - slab.liveBytes;
    if (slab.liveBytes === 0) this.#letGo(number, slab);
  }

  /** The slab that is to be emptied, as too much of all is waste: the one with the least left in it. 0: none. */
  get mostWasteful(): number {
    const waste = this.#sealedBytes - this.#sealedLiveBytes;
    if (waste <= WASTE_BYTES || waste <= this.#sealedLiveBytes) return 0;
    let found = 0;
    let least = 1;
    for (const [number, slab] of this.#slabs.entries()) {
      if (slab === undefined || number === this.#newest) continue;
      const share = slab.liveBytes / slab.usedBytes;
      if (share >= least) continue;
      found = number;
      least = share;
    }
    return found;
  }

  freeze(): FrozenSlabs {
    return this.#slabs.slice();
  }

  #open(bytes: number): void {
    const [before, number] = [this.#slab, this.#newest];
    this.#sealedBytes += before.usedBytes;
    this.#sealedLiveBytes += before.liveBytes;
    this.#newest = this.#freeNumbers.pop() ?? this.#slabs.length;
    this.#slab = new MessageSlab(bytes);
    this.#slabs[this.#newest] = this.#slab;
    if (before.liveBytes === 0 && number !== 0) this.#letGo(number, before);
  }

  #letGo(number: number, slab: MessageSlab): void {
    this.#sealedBytes -= slab.usedBytes;
    this.#slabs[number] = undefined;
    this.#freeNumbers.push(number);
  }
}
