import { ShortTexts } from './short-texts.ts';
import type { BytesInPlace, TextInPlace } from './text-in-place.ts';
import { isUtf8 } from './utf8.ts';

/** What a decoder writes where the bytes were no UTF-8, and what a text may also really hold. */
const REPLACEMENT = '\u{fffd}';
/** `ignoreBOM` keeps a leading U+FEFF: it is part of the text. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NOT_UTF8 = 'A text is not valid UTF-8.';

const NOTHING = Buffer.alloc(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer, NOTHING.byteOffset, 0);
/** One for all: what it answers depends on nobody's past. */
const shortTexts = new ShortTexts();

/** Thrown by `ByteReader` where the bytes do not hold what is asked for. Caught by the decoders, which answer null. */
export class UnreadableBytesError extends Error {
  override readonly name = 'UnreadableBytesError';
  readonly code = 'CHAT_UNREADABLE_BYTES';
}

/** Reads what `ByteWriter` wrote. Every method throws `UnreadableBytesError` rather than read past the end or guess. */
export class ByteReader {
  /** What the bytes lie in: as long as more are read of the same, its views need not be made again. */
  #source: Uint8Array | DataView = NOTHING;
  #bytes: Buffer = NOTHING;
  #view: DataView = NOTHING_VIEW;
  #at = 0;
  #end = 0;

  constructor(bytes: Uint8Array = NOTHING) {
    this.open(bytes);
  }

  /** Begins to read these bytes instead, from `start` to before `end`. */
  open(bytes: Uint8Array | DataView, start = 0, end = bytes.byteLength): void {
    this.#at = start;
    this.#end = end;
    if (bytes === this.#source) return;
    this.#source = bytes;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    if (this.#at >= this.#end) throw new UnreadableBytesError('The bytes end too early.');
    const value = this.#view.getUint8(this.#at);
    this.#at += 1;
    return value;
  }

  whole(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 0x80;
    for (;;) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw new UnreadableBytesError('A number is above 2^53 - 1.');
      if (next < 0x80) return value;
      scale *= 0x80;
      if (scale > Number.MAX_SAFE_INTEGER) throw new UnreadableBytesError('A number is too long.');
    }
  }

  text(): string {
    const length = this.whole();
    const start = this.#take(length);
    const text = this.#bytes.toString('utf8', start, this.#at);
    return text.includes(REPLACEMENT) ? this.#strictly(start) : text;
  }

  /** The same as `text`, faster for names and the like that come again and again. */
  name(): string {
    const length = this.whole();
    const start = this.#take(length);
    const known = shortTexts.find(this.#bytes, start, this.#at);
    return known ?? this.#strictly(start);
  }

  /** A text that is left where it is. Throws where `text` would. */
  textInPlace(): TextInPlace {
    const start = this.#take(this.whole());
    if (!isUtf8(this.#view, start, this.#at)) throw new UnreadableBytesError(NOT_UTF8);
    return { view: this.#view, start, end: this.#at };
  }

  /** Passes over a text, whatever its bytes are. */
  skipText(): void {
    this.#take(this.whole());
  }

  optionalText(): string | null {
    return this.flag() ? this.text() : null;
  }

  digest(): string {
    if (!this.flag()) return this.text();
    return this.#bytes.toString('hex', this.#take(16), this.#at);
  }

  flag(): boolean {
    const value = this.byte();
    if (value > 1) throw new UnreadableBytesError(`A flag is ${value}, not 0 or 1.`);
    return value === 1;
  }

  get leftBytes(): number {
    return this.#end - this.#at;
  }

  /** The next so many bytes, where they are. */
  part(length: number): BytesInPlace {
    return { view: this.#view, start: this.#take(length), end: this.#at };
  }

  /** Bytes left over mean that they were written by somebody with another idea of the format. */
  end(): void {
    if (this.leftBytes > 0) throw new UnreadableBytesError('Bytes are left over.');
  }

  /** The place where the next bytes begin; `#at` is where they end. */
  #take(length: number): number {
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw new UnreadableBytesError('The bytes end too early.');
    this.#at = end;
    return start;
  }

  #strictly(start: number): string {
    try {
      return strictUtf8.decode(this.#bytes.subarray(start, this.#at));
    } catch (cause) {
      throw new UnreadableBytesError(NOT_UTF8, { cause });
    }
  }
}
