import type { Message } from '../commands/result.ts';
import type { BytesInPlace, TextInPlace } from '../commands/text-in-place.ts';
import { messageId, type MessageId } from '../ids.ts';
import { MessageHeap, type FrozenSlabs } from './message-heap.ts';
import { MessageIndex, type FrozenIndex } from './message-index.ts';
import { decodeMessage } from './message-codec.ts';
import { newSlabRecord, type SlabRecord } from './message-slab.ts';
import type { Fact } from './state-hash.ts';

/** What a page of the index takes in memory, besides its messages. */
const PAGE_BYTES = 1_500;
/** What a message takes at most besides the bytes of its text, and three for each letter of its sender's name. */
const MOST_BYTES = 32;

/**
 * All stored messages, under their IDs, which grow by one with each. They lie as bytes in large slabs outside of the heap, with an
 * index above them: a million messages are no work for the garbage collector. Freezing takes the same short time for any number; of
 * the index, a page is copied before its first change after that, and of the messages nothing.
 */
export class MessageStore {
  readonly #index = new MessageIndex();
  readonly #heap = new MessageHeap();
  #length = 0;
  #live = 0;

  /** How many messages there ever were: the last one's ID. */
  get length(): number {
    return this.#length;
  }

  /** How many of them are still stored. */
  get live(): number {
    return this.#live;
  }

  /** What its index takes in memory. The same for any two stores with the same messages. */
  get chunkBytes(): number {
    return this.#index.pages * PAGE_BYTES;
  }

  /** What its messages take in memory on this replica, those included that were removed and have not been let go. */
  get heapBytes(): number {
    return this.#heap.bytes;
  }

  get(id: MessageId): Message | undefined {
    const slab = this.#heap.at(this.#index.slabOf(id));
    return slab === undefined ? undefined : decodeMessage(id, slab.bytesAt(this.#index.placeOf(id)));
  }

  has(id: MessageId): boolean {
    return this.#index.slabOf(id) !== 0;
  }

  /** Stores the next message, whose ID is one above the last. Gives its fact, to be used at once. */
  append(from: string, wallTimeMs: number, text: TextInPlace): Fact {
    this.#length += 1;
    const id = messageId(this.#length);
    const slab = this.#heap.slabFor(MOST_BYTES + 3 * from.length + text.end - text.start);
    this.#note(id, slab.usedBytes);
    return slab.write(id, from, wallTimeMs, text);
  }

  /** Of an empty store: there were so many messages, and those that are still stored follow by `fill`. */
  extendTo(length: number): void {
    this.#length = length;
    this.#index.extendTo(length);
  }

  /** Stores the bytes of a message, as `encodeMessage` gives them, under an ID that is not above the last and not stored. Gives its fact. */
  fill(id: MessageId, bytes: BytesInPlace): Fact {
    const slab = this.#heap.slabFor(bytes.end - bytes.start);
    this.#note(id, slab.usedBytes);
    return slab.writeEncoded(id, bytes);
  }

  /** Stores a message no longer. Gives the fact that it was, to be used at once. */
  remove(id: MessageId): Fact | undefined {
    const number = this.#index.slabOf(id);
    const slab = this.#heap.at(number);
    if (slab === undefined) return undefined;
    const at = this.#index.placeOf(id);
    this.#index.remove(id, this.#length);
    this.#heap.discard(number, at);
    this.#live -= 1;
    this.#empty(this.#heap.mostWasteful);
    return slab.fact(at);
  }

  /** The messages as they are now, unmoved by what changes later. */
  freeze(): FrozenMessages {
    return new FrozenMessages(this.#index.freeze(), this.#heap.freeze(), this.#length);
  }

  #note(id: MessageId, at: number): void {
    this.#index.add(id, this.#heap.newest, at);
    this.#live += 1;
  }

  /** Moves what is left in a slab elsewhere. Its last message takes it along. */
  #empty(number: number): void {
    const slab = this.#heap.at(number);
    if (slab === undefined) return;
    const record = newSlabRecord();
    for (let at = 0, next = 0; at < slab.usedBytes; at = next) {
      next = slab.read(at, record);
      const { id, start, end } = record;
      if (this.#index.slabOf(id) !== number || this.#index.placeOf(id) !== at) continue;
      const to = this.#heap.slabFor(end - start);
      this.#index.move(id, this.#heap.newest, to.usedBytes);
      to.writeEncoded(id, record);
      this.#heap.discard(number, at);
    }
  }
}

/** A version of a `MessageStore` that no longer changes. */
export class FrozenMessages {
  readonly length: number;
  readonly #index: FrozenIndex;
  readonly #slabs: FrozenSlabs;

  constructor(index: FrozenIndex, slabs: FrozenSlabs, length: number) {
    this.#index = index;
    this.#slabs = slabs;
    this.length = length;
  }

  get chunkBytes(): number {
    return this.#index.pages * PAGE_BYTES;
  }

  /**
   * The stored messages as they lie in memory, one behind the other, not copied: any other order would look for each on a page of its
   * own. All in the same object.
   */
  *records(): Generator<Readonly<SlabRecord>> {
    const record = newSlabRecord();
    for (const [number, slab] of this.#slabs.entries()) {
      if (slab === undefined) continue;
      for (let at = 0, next = 0; at < slab.usedBytes; at = next) {
        next = slab.read(at, record);
        if (record.id <= this.length && this.#index.liesAt(record.id, number, at)) yield record;
      }
    }
  }

  /** In no particular order. */
  *values(): Generator<Message> {
    for (const record of this.records()) yield decodeMessage(record.id, record);
  }
}
