const utf8 = new TextEncoder();
const hex32 = /^[0-9a-f]{32}$/;

/** Writes the parts of a command into a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** Forgets what was written, keeps the room. */
  clear(): void {
    this.#length = 0;
  }

  /** A copy of what was written since the last `clear`. */
  taken(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first. Throws a RangeError for any other. */
  whole(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`A command can carry whole numbers from 0 to 2^53 - 1, not ${value}.`);
    }
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** UTF-8 with its length in bytes before it. A lone surrogate is written as U+FFFD. */
  text(value: string): void {
    if (value.length < 0x80 && this.#shortAscii(value)) return;
    const encoded = utf8.encode(value);
    this.whole(encoded.length);
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
  }

  /** A text, or null. */
  optionalText(value: string | null): void {
    this.byte(value === null ? 0 : 1);
    if (value !== null) this.text(value);
  }

  /** A text that is usually 32 lower-case hex digits, which then take 17 bytes. */
  digest(value: string): void {
    if (!hex32.test(value)) {
      this.byte(0);
      this.text(value);
      return;
    }
    this.byte(1);
    this.#reserve(16);
    for (let at = 0; at < 32; at += 2)
      this.#bytes[this.#length++] = Number.parseInt(value.slice(at, at + 2), 16);
  }

  /** Nearly every name and most short lines: saves the encoder's fixed cost. */
  #shortAscii(value: string): boolean {
    this.#reserve(value.length + 1);
    let at = this.#length;
    this.#bytes[at++] = value.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      this.#bytes[at++] = code;
    }
    this.#length = at;
    return true;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
