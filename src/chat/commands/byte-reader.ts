/** `ignoreBOM` keeps a leading U+FEFF: it is part of the text. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Up to here, ASCII is put together faster than by the decoder. */
const SHORT_TEXT = 12;

/** Thrown by `ByteReader` where the bytes do not hold what is asked for. Caught by the decoders, which answer null. */
export class UnreadableBytesError extends Error {
  override readonly name = 'UnreadableBytesError';
  readonly code = 'CHAT_UNREADABLE_BYTES';
}

/** Reads what `ByteWriter` wrote. Every method throws `UnreadableBytesError` rather than read past the end or guess. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new UnreadableBytesError('The bytes end too early.');
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
    const bytes = this.#take(length);
    const short = length <= SHORT_TEXT ? asciiOf(bytes) : null;
    if (short !== null) return short;
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw new UnreadableBytesError('A text is not valid UTF-8.', { cause });
    }
  }

  optionalText(): string | null {
    return this.flag() ? this.text() : null;
  }

  digest(): string {
    if (!this.flag()) return this.text();
    let hex = '';
    for (const byte of this.#take(16)) hex += hexOfByte[byte] ?? '';
    return hex;
  }

  flag(): boolean {
    const value = this.byte();
    if (value > 1) throw new UnreadableBytesError(`A flag is ${value}, not 0 or 1.`);
    return value === 1;
  }

  /** Bytes left over mean that they were written by somebody with another idea of the format. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new UnreadableBytesError('Bytes are left over.');
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new UnreadableBytesError('The bytes end too early.');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}

/** The text, if all of it is ASCII. */
function asciiOf(bytes: Uint8Array): string | null {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i] ?? 0;
    if (code >= 0x80) return null;
    text += String.fromCharCode(code);
  }
  return text;
}
