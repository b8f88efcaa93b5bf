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
export class FactDigest {
  #a = 0;
  #b = 0;

  begin(kind: number): this {
    this.#a = Math.imul(kind + 1, 0x9e3779b1) ^ 0xdeadbeef;
    this.#b = Math.imul(kind + 1, 0x5f356495) ^ 0x41c6ce57;
    return this;
  }

  /** A whole number, not above 2^53 - 1. */
  whole(value: number): this {
    const low = value | 0;
    const high = Math.floor(value / 0x1_0000_0000) | 0;
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
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = Math.imul(b ^ code, 0x5f356495);
    }
    this.#a = a;
    this.#b = b;
    // The multiplications carry upwards only: without this, a text's end would hardly reach the low bits.
    return this.whole(0);
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
    return this.whole(written);
  }

  /** A text or nothing; nothing differs from the empty text. */
  optionalText(value: string | null): this {
    return value === null ? this.whole(0) : this.whole(1).text(value);
  }

  get low(): number {
    return avalanche(this.#a ^ Math.imul(this.#b ^ (this.#b >>> 13), 0xc2b2ae35));
  }

  get high(): number {
    return avalanche(this.#b ^ Math.imul(this.#a ^ (this.#a >>> 16), 0x85ebca6b));
  }
}

/** The hash of a set of facts: their sum, lane by lane, so that it can be kept while facts come and go in any order. */
export class StateHash {
  #low = 0;
  #high = 0;

  add(fact: FactDigest): void {
    this.#low = (this.#low + fact.low) | 0;
    this.#high = (this.#high + fact.high) | 0;
  }

  /** Takes away a fact that was added. */
  remove(fact: FactDigest): void {
    this.#low = (this.#low - fact.low) | 0;
    this.#high = (this.#high - fact.high) | 0;
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
