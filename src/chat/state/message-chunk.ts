import type { Message } from '../commands/result.ts';
import { messageId, type MessageId } from '../ids.ts';
import { decodeMessage } from './message-codec.ts';
import type { Fact } from './state-hash.ts';

/** Messages in a chunk. Few, because one old message that nobody collects keeps its chunk in memory. */
export const CHUNK = 64;

/** A place in the table at the beginning of a chunk: where its message begins (0: nowhere), how long it is, its fact. */
const SLOT_BYTES = 20;
const TABLE_BYTES = CHUNK * SLOT_BYTES;
const FIRST_BYTES = TABLE_BYTES + 1_024;
/** A longer message has bytes of its own, so that a chunk stays cheap to copy. */
const LONG_BYTES = 2_048;
/** Bytes of removed messages are let go when they are more than those that are left, and more than this. */
const WASTE_BYTES = 512;

/** Up to 64 messages with consecutive IDs, as bytes. */
export class MessageChunk {
  /** The version of the store in which this chunk was made. An older one may be shared with a frozen version. */
  readonly version: number;
  #bytes: Uint8Array;
  #end: number;
  #wasteBytes = 0;
  #long: Map<number, Uint8Array> | null = null;
  #live = 0;
  #firstId = 0;

  constructor(version: number) {
    this.version = version;
    this.#bytes = new Uint8Array(FIRST_BYTES);
    this.#end = TABLE_BYTES;
  }

  get live(): number {
    return this.#live;
  }

  has(id: MessageId): boolean {
    return this.#field(slotOf(id), 0) !== 0;
  }

  message(id: MessageId): Message | undefined {
    const bytes = this.bytesOf(id);
    return bytes === undefined ? undefined : decodeMessage(id, bytes);
  }

  /** The bytes of a message, not copied. */
  bytesOf(id: MessageId): Uint8Array | undefined {
    const slot = slotOf(id);
    const at = this.#field(slot, 0);
    if (at === 0) return undefined;
    return this.#long?.get(slot) ?? this.#bytes.subarray(at, at + this.#field(slot, 1));
  }

  *messages(): Generator<Message> {
    for (let slot = 0; slot < CHUNK; slot++) {
      const message = this.message(messageId(this.#firstId + slot));
      if (message !== undefined) yield message;
    }
  }

  /** Stores bytes at a place that is empty. A frozen version that shares this chunk looks at no such place. */
  put(id: MessageId, bytes: Uint8Array, fact: Fact): void {
    const slot = slotOf(id);
    this.#firstId = id - slot;
    this.#live += 1;
    if (bytes.length > LONG_BYTES) {
      this.#long ??= new Map();
      this.#long.set(slot, bytes.slice());
      this.#setSlot(slot, 1, 0, fact);
      return;
    }
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#setSlot(slot, this.#end, bytes.length, fact);
    this.#end += bytes.length;
    if (this.#live === CHUNK) this.#bytes = this.#bytes.slice(0, this.#end);
  }

  /** Empties a place that is not empty, in a chunk that no frozen version shares. Gives the fact that was there. */
  remove(id: MessageId): Fact {
    const slot = slotOf(id);
    const fact = {
      low: this.#field(slot, 2) | 0,
      high: this.#field(slot, 3) | 0,
      bytes: this.#field(slot, 4),
    };
    this.#wasteBytes += this.#field(slot, 1);
    this.#long?.delete(slot);
    this.#setField(slot, 0, 0);
    this.#live -= 1;
    if (this.#wasteBytes > WASTE_BYTES && this.#wasteBytes * 2 > this.#end - TABLE_BYTES) this.#compact();
    return fact;
  }

  /** A chunk with the same messages, that shares nothing changeable with this one. */
  copy(version: number): MessageChunk {
    const copy = new MessageChunk(version);
    copy.#bytes = this.#bytes.slice();
    copy.#end = this.#end;
    copy.#wasteBytes = this.#wasteBytes;
    copy.#long = this.#long === null ? null : new Map(this.#long);
    copy.#live = this.#live;
    copy.#firstId = this.#firstId;
    return copy;
  }

  #compact(): void {
    const before = this.#bytes;
    this.#bytes = new Uint8Array(this.#end - this.#wasteBytes);
    this.#bytes.set(before.subarray(0, TABLE_BYTES));
    this.#end = TABLE_BYTES;
    this.#wasteBytes = 0;
    for (let slot = 0; slot < CHUNK; slot++) {
      const at = this.#field(slot, 0);
      const length = this.#field(slot, 1);
      if (at < TABLE_BYTES) continue;
      this.#bytes.set(before.subarray(at, at + length), this.#end);
      this.#setField(slot, 0, this.#end);
      this.#end += length;
    }
  }

  #reserve(more: number): void {
    const needed = this.#end + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, Math.ceil(this.#bytes.length * 1.5)));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }

  #setSlot(slot: number, at: number, length: number, fact: Fact): void {
    this.#setField(slot, 0, at);
    this.#setField(slot, 1, length);
    this.#setField(slot, 2, fact.low);
    this.#setField(slot, 3, fact.high);
    this.#setField(slot, 4, fact.bytes);
  }

  #field(slot: number, field: number): number {
    const at = slot * SLOT_BYTES + field * 4;
    const bytes = this.#bytes;
    return (
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24)) >>>
      0
    );
  }

  #setField(slot: number, field: number, value: number): void {
    const at = slot * SLOT_BYTES + field * 4;
    this.#bytes[at] = value & 0xff;
    this.#bytes[at + 1] = (value >>> 8) & 0xff;
    this.#bytes[at + 2] = (value >>> 16) & 0xff;
    this.#bytes[at + 3] = (value >>> 24) & 0xff;
  }
}

const slotOf = (id: MessageId): number => (id - 1) % CHUNK;
