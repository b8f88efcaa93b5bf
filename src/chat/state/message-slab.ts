import { uncountedBytes } from '../../memory/uncounted.ts';
import type { BytesInPlace, TextInPlace } from '../commands/text-in-place.ts';
import { putWhole } from '../commands/whole-number.ts';
import { messageId, type MessageId } from '../ids.ts';
import { messageFactBytes, messageFactCopied } from './facts.ts';
import type { Fact, FactDigest } from './state-hash.ts';

/** Before a message's bytes: its ID (f64), the two lanes of its fact (i32), the number of its bytes (u32). */
const HEAD_BYTES = 20;
const AT_LOW = 8;
const AT_HIGH = 12;
const AT_LENGTH = 16;

const NO_BYTES = new DataView(new ArrayBuffer(0));
const utf8 = new TextEncoder();
const found = { low: 0, high: 0, bytes: 0 };

/** A message's ID, and where its bytes lie. One object serves many messages, one after the other. */
export interface SlabRecord {
  id: MessageId;
  view: DataView;
  start: number;
  end: number;
}

export const newSlabRecord = (): SlabRecord => ({ id: messageId(0), view: NO_BYTES, start: 0, end: 0 });

/** What a record of so many bytes takes, rounded up to a multiple of four. */
export const recordBytes = (length: number): number => HEAD_BYTES + ((length + 3) & ~3);

/**
 * A large piece of memory that messages are written into, one behind the other. What is written is never changed, so frozen versions
 * of the store may share it; what is removed only counts as waste. A message's bytes are those of `encodeMessage`.
 */
export class MessageSlab {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #end = 0;
  #liveBytes = 0;

  constructor(size: number) {
    this.#bytes = uncountedBytes(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes of all records. */
  get usedBytes(): number {
    return this.#end;
  }

  /** Bytes of the records of messages that were not removed. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  hasRoomFor(record: number): boolean {
    return this.#end + record <= this.#bytes.length;
  }

  /** Writes a message. Gives its fact, to be used at once; it lies at what was `usedBytes`. */
  write(id: MessageId, from: string, wallTimeMs: number, text: TextInPlace): FactDigest {
    const start = this.#end + HEAD_BYTES;
    let at = this.#putText(start, from);
    at = putWhole(this.#bytes, at, wallTimeMs);
    at = putWhole(this.#bytes, at, text.end - text.start);
    return this.#finish(id, at - start, text);
  }

  /** The same for a message that is encoded already. */
  writeEncoded(id: MessageId, bytes: BytesInPlace): FactDigest {
    return this.#finish(id, 0, bytes);
  }

  /** Counts the record that lies here as waste. */
  discard(at: number): void {
    this.#liveBytes -= recordBytes(this.#view.getUint32(at + AT_LENGTH, true));
  }

  /** The fact of the message that lies here, to be used at once. */
  fact(at: number): Fact {
    found.low = this.#view.getInt32(at + AT_LOW, true);
    found.high = this.#view.getInt32(at + AT_HIGH, true);
    found.bytes = messageFactBytes(this.#view.getUint32(at + AT_LENGTH, true));
    return found;
  }

  /** The bytes of the message that lies here, not copied. */
  bytesAt(at: number): BytesInPlace {
    const start = at + HEAD_BYTES;
    return { view: this.#view, start, end: start + this.#view.getUint32(at + AT_LENGTH, true) };
  }

  /** Reads the record that lies here, of a removed message too. Gives where the next one lies. */
  read(at: number, into: SlabRecord): number {
    const length = this.#view.getUint32(at + AT_LENGTH, true);
    into.id = messageId(this.#view.getFloat64(at, true));
    into.view = this.#view;
    into.start = at + HEAD_BYTES;
    into.end = at + HEAD_BYTES + length;
    return at + recordBytes(length);
  }

  /** Puts the rest of a message behind the `head` bytes of it that were written, and closes its record. */
  #finish(id: MessageId, head: number, rest: BytesInPlace): FactDigest {
    const at = this.#end;
    const length = head + rest.end - rest.start;
    const record = recordBytes(length);
    this.#end += record;
    this.#liveBytes += record;
    const fact = messageFactCopied(id, this.#view, at + HEAD_BYTES, head, rest);
    this.#view.setFloat64(at, id, true);
    this.#view.setInt32(at + AT_LOW, fact.low, true);
    this.#view.setInt32(at + AT_HIGH, fact.high, true);
    this.#view.setUint32(at + AT_LENGTH, length, true);
    return fact;
  }

  #putText(at: number, text: string): number {
    const bytes = this.#bytes;
    let to = at + 1;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80 || i === 0x7f) return this.#putAnyText(at, text);
      bytes[to++] = code;
    }
    bytes[at] = text.length;
    return to;
  }

  /** A text that is long, or not ASCII: no name is. */
  #putAnyText(at: number, text: string): number {
    const encoded = utf8.encode(text);
    const to = putWhole(this.#bytes, at, encoded.length);
    this.#bytes.set(encoded, to);
    return to + encoded.length;
  }
}
