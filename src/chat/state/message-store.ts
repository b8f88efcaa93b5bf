import type { Message } from '../commands/result.ts';
import type { MessageId } from '../ids.ts';
import { CowMap, type FrozenMap } from './cow-map.ts';
import { messageFact } from './facts.ts';
import { MessageChunk, CHUNK } from './message-chunk.ts';
import { encodeMessage } from './message-codec.ts';
import type { Fact } from './state-hash.ts';

/** What a chunk takes in memory, besides its messages. */
const CHUNK_BYTES = 1_500;

/**
 * All stored messages, under their IDs, which grow by one with each. Their texts lie as bytes in chunks outside of the heap: a
 * million messages are no work for the garbage collector. A chunk with nothing left in it is let go. Freezing takes the same
 * short time for any number; a chunk is copied before its first removal after that.
 */
export class MessageStore {
  readonly #chunks = new CowMap<number, MessageChunk>();
  #version = 0;
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

  /** What its chunks take in memory, besides what is in them. The same for any two stores with the same messages. */
  get chunkBytes(): number {
    return this.#chunks.size * CHUNK_BYTES;
  }

  get(id: MessageId): Message | undefined {
    return this.#chunkOf(id)?.message(id);
  }

  has(id: MessageId): boolean {
    return this.#chunkOf(id)?.has(id) === true;
  }

  /** Stores the next message, whose ID is one above the last. Gives its fact. */
  append(message: Message): Fact {
    this.#length += 1;
    return this.fill(message.id, encodeMessage(message));
  }

  /** Of an empty store: there were so many messages, and those that are still stored follow by `fill`. */
  extendTo(length: number): void {
    this.#length = length;
    if (length % CHUNK !== 0) this.#newChunk(Math.floor(length / CHUNK));
  }

  /** Stores the bytes of a message, as `encodeMessage` gives them, under an ID that is not above the last and not stored. Gives its fact. */
  fill(id: MessageId, bytes: Uint8Array): Fact {
    const index = Math.floor((id - 1) / CHUNK);
    const chunk = this.#chunks.get(index) ?? this.#newChunk(index);
    const fact = messageFact(id, bytes);
    chunk.put(id, bytes, fact);
    this.#live += 1;
    return fact;
  }

  /** Stores a message no longer. Gives the fact that it was, to be used at once. */
  remove(id: MessageId): Fact | undefined {
    const index = Math.floor((id - 1) / CHUNK);
    let chunk = this.#chunks.get(index);
    if (chunk === undefined || !chunk.has(id)) return undefined;
    if (chunk.version !== this.#version) {
      chunk = chunk.copy(this.#version);
      this.#chunks.set(index, chunk);
    }
    const fact = chunk.remove(id);
    this.#live -= 1;
    if (chunk.live === 0 && (index + 1) * CHUNK <= this.#length) this.#chunks.delete(index);
    return fact;
  }

  /** The messages as they are now, unmoved by what changes later. */
  freeze(): FrozenMessages {
    this.#version += 1;
    return new FrozenMessages(this.#chunks.freeze(), this.#length);
  }

  #chunkOf(id: MessageId): MessageChunk | undefined {
    return this.#chunks.get(Math.floor((id - 1) / CHUNK));
  }

  #newChunk(index: number): MessageChunk {
    const chunk = new MessageChunk(this.#version);
    this.#chunks.set(index, chunk);
    return chunk;
  }
}

/** A version of a `MessageStore` that no longer changes. */
export class FrozenMessages {
  readonly length: number;
  readonly #chunks: FrozenMap<number, Pick<MessageChunk, 'message' | 'bytesOf' | 'messages'>>;

  constructor(
    chunks: FrozenMap<number, Pick<MessageChunk, 'message' | 'bytesOf' | 'messages'>>,
    length: number,
  ) {
    this.#chunks = chunks;
    this.length = length;
  }

  get chunkBytes(): number {
    return this.#chunks.size * CHUNK_BYTES;
  }

  get(id: MessageId): Message | undefined {
    return id > this.length ? undefined : this.#chunkOf(id)?.message(id);
  }

  /** The bytes of a message, not copied: good until something else is stored or removed. */
  bytesOf(id: MessageId): Uint8Array | undefined {
    return id > this.length ? undefined : this.#chunkOf(id)?.bytesOf(id);
  }

  /** In no particular order. */
  *values(): Generator<Message> {
    for (const chunk of this.#chunks.values()) {
      for (const message of chunk.messages()) if (message.id <= this.length) yield message;
    }
  }

  #chunkOf(id: MessageId): Pick<MessageChunk, 'message' | 'bytesOf' | 'messages'> | undefined {
    return this.#chunks.get(Math.floor((id - 1) / CHUNK));
  }
}
