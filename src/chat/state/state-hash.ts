import type { BytesInPlace } from '../commands/text-in-place.ts';

/** What a fact adds to a state's hash and to its size. */
export interface Fact {
  readonly low: number;
  readonly high: number;
  /** What it takes in memory, nearly. */
  readonly bytes: number;
}

const utf8 = new TextEncoder();
const SHORT_TEXT = 24;

let scratch = new Uint8Array(1_024);
let scratchWords = new DataView(scratch.buffer);

function growScratch(bytes: number): void {
  scratch = new Uint8Array(2 * bytes);
  scratchWords = new DataView(scratch.buffer);
}

/**
 * One fact, mixed into 64 bits as two 32-bit lanes. Used as a scratch pad: begin, mix in the fields, give it to a
 * `StateHash`. Two facts of different kinds or fields differ in what is mixed in, lengths included.
 */
export class FactDigest implements Fact {
  #a = 0;
  #b = 0;
  #bytes = 0;

  /** `bytes`: what the fact takes in memory, besides the letters of its texts. */
  begin(kind: number, bytes: number): this {
    this.#bytes = bytes;
    this.#a = Math.imul(kind + 1, 0x9e3779b1) ^ 0xdeadbeef;
    this.#b = Math.imul(kind + 1, 0x5f356495) ^ 0x41c6ce57;
    return this;
  }

  /** A whole number, not above 2^53 - 1. */
  whole(value: number): this {
    const low = value | 0;
    const high = value > 0xffff_ffff ? Math.floor(value / 0x1_0000_0000) | 0 : 0;
    let a = Math.imul(this.#a ^ low, 0x85ebca6b);
    let b = Math.imul(this.#b ^ low, 0xc2b2ae35);
    a ^= a >>> 15;
    b ^= b >>> 13;
    a = Math.imul(a ^ high, 0x9e3779b1);
    b = Math.imul(b ^ high, 0x5f356495);
    this.#a = a ^ (a >>> 16);
    this.#b = b ^ (b >>> 14);
    return this;
  }

  /** A text, by its UTF-16 code units if it is short, and by its UTF-8 bytes if it is not. */
  text(value: string): this {
    this.whole(value.length);
    if (value.length > SHORT_TEXT) return this.#longText(value);
    let a = this.#a;
    let b = this.#b;
    let seen = 0;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      seen |= code;
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = Math.imul(b ^ code, 0x5f356495);
    }
    this.#a = a;
    this.#b = b;
    // A text takes two bytes a letter as soon as one of them needs two.
    this.#bytes += seen > 0xff ? 2 * value.length : value.length;
    // The multiplications carry upwards only: without this, a text's end would hardly reach the low bits.
    return this.whole(0);
  }

  /** Bytes, four at a time. */
  raw(value: Uint8Array): this {
    this.whole(value.length);
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < value.length; i += 4) {
      const word =
        (value[i] ?? 0) |
        ((value[i + 1] ?? 0) << 8) |
        ((value[i + 2] ?? 0) << 16) |
        ((value[i + 3] ?? 0) << 24);
      a = Math.imul(a ^ word, 0x9e3779b1);
      b = Math.imul(b ^ word, 0x5f356495);
      // A multiplication carries upwards only: two words that differ in their highest bit would cancel out.
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    this.#a = a;
    this.#b = b;
    this.#bytes += value.length;
    return this.whole(0);
  }

  /**
   * The same of bytes that are put together here: the first `head` of them stand at `start` already, the others are copied behind them while they
   * are mixed in: one pass instead of two. Up to the next multiple of four, what is behind must be zero.
   */
  rawCopied(to: DataView, start: number, head: number, { view, start: first, end }: BytesInPlace): this {
    const length = head + end - first;
    this.whole(length);
    let from = first;
    let at = start + head;
    for (; from < end && (at - start) % 4 !== 0; from++, at++) to.setUint8(at, view.getUint8(from));
    this.#words(to, start, at);
    const words = (end - from) & ~3;
    this.#copiedWords(to, at, view, from, words);
    from += words;
    at += words;
    for (let rest = at; from < end; from++, rest++) to.setUint8(rest, view.getUint8(from));
    this.#words(to, at, start + length);
    this.#bytes += length;
    return this.whole(0);
  }

  #words(view: DataView, start: number, end: number): void {
    let a = this.#a;
    let b = this.#b;
    for (let at = start; at < end; at += 4) {
      const word = view.getInt32(at, true);
      a = Math.imul(a ^ word, 0x9e3779b1);
      b = Math.imul(b ^ word, 0x5f356495);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    this.#a = a;
    this.#b = b;
  }

  /** The same, and copies them. */
  #copiedWords(to: DataView, at: number, view: DataView, from: number, length: number): void {
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < length; i += 4) {
      const word = view.getInt32(from + i, true);
      to.setInt32(at + i, word, true);
      a = Math.imul(a ^ word, 0x9e3779b1);
      b = Math.imul(b ^ word, 0x5f356495);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    this.#a = a;
    this.#b = b;
  }

  /** Four bytes at a time: reading a string's characters one by one would cost more than all the rest of a message. */
  #longText(value: string): this {
    if (value.length * 3 > scratch.length) growScratch(value.length * 3);
    const { written } = utf8.encodeInto(value, scratch);
    const words = (written + 3) >> 2;
    scratch.fill(0, written, words * 4);
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < words; i++) {
      const word = scratchWords.getInt32(i * 4, true);
      a = Math.imul(a ^ word, 0x9e3779b1);
      b = Math.imul(b ^ word, 0x5f356495);
      // The multiplications carry upwards only: this lets the high bits of a word act on the low ones.
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    this.#a = a;
    this.#b = b;
    this.#bytes += written;
    return this.whole(written);
  }

  /** A text or nothing; nothing differs from the empty text. */
  optionalText(value: string | null): this {
    return value === null ? this.whole(0) : this.whole(1).text(value);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get low(): number {
    return avalanche(this.#a ^ Math.imul(this.#b ^ (this.#b >>> 13), 0xc2b2ae35));
  }

  get high(): number {
    return avalanche(this.#b ^ Math.imul(this.#a ^ (this.#a >>> 16), 0x85ebca6b));
  }
}

/**
 * The hash of a set of facts: their sum, lane by lane, so that it can be kept while facts come and go in any order. Beside
 * it the sum of their bytes.
 */
export class StateHash {
  #low = 0;
  #high = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(fact: Fact): void {
    this.#low = (this.#low + fact.low) | 0;
    this.#high = (this.#high + fact.high) | 0;
    this.#bytes += fact.bytes;
  }

  /** Takes away a fact that was added. */
  remove(fact: Fact): void {
    this.#low = (this.#low - fact.low) | 0;
    this.#high = (this.#high - fact.high) | 0;
    this.#bytes -= fact.bytes;
  }

  copy(): StateHash {
    const copy = new StateHash();
    copy.#low = this.#low;
    copy.#high = this.#high;
    return copy;
  }

  /** Sixteen hex digits. */
  toHex(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

function avalanche(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');
