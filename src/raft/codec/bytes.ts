import { CodecError } from './codec-error.ts';
import { getU64, putU64, viewOf } from './u64.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Builds a run of bytes, little-endian, growing as needed. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** `capacity`: bytes to have room for from the start; a good guess saves copying. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = viewOf(this.#bytes);
  }

  u8(value: number): this {
    const at = this.#claim(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u32(value: number): this {
    const at = this.#claim(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  /** A whole number from 0 to 2^53 - 1, in 8 bytes. Throws `CodecError` for any other. */
  u64(value: number): this {
    const at = this.#claim(8);
    putU64(this.#view, at, value);
    return this;
  }

  f64(value: number): this {
    const at = this.#claim(8);
    this.#view.setFloat64(at, value, true);
    return this;
  }

  /** The bytes as they are, without a length. */
  raw(bytes: Uint8Array): this {
    const at = this.#claim(bytes.byteLength);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** A length (u32), then the bytes. */
  bytes(bytes: Uint8Array): this {
    return this.u32(bytes.byteLength).raw(bytes);
  }

  /** A length in bytes (u32), then UTF-8. */
  string(text: string): this {
    return this.bytes(encoder.encode(text));
  }

  /** What was written. A view: the writer must not be used afterwards. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #claim(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.byteLength) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.byteLength * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = viewOf(grown);
    }
    return at;
  }
}

/**
 * Reads what `ByteWriter` wrote. Every method throws `CodecError` when the bytes end too soon or hold something
 * impossible, and nothing is allocated for a length that is not there.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes left to read. */
  get remaining(): number {
    return this.#bytes.byteLength - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A whole number from 0 to 2^53 - 1. */
  u64(): number {
    return getU64(this.#view, this.#take(8));
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** One byte that is 0 or 1. */
  boolean(): boolean {
    const value = this.u8();
    if (value > 1) throw new CodecError(`a yes or no must be 0 or 1, not ${value}`);
    return value === 1;
  }

  /** The next bytes, as a view: they live as long as the whole buffer does. */
  raw(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** A length (u32), then so many bytes, at most `maxBytes`. A view. */
  bytes(maxBytes: number): Uint8Array {
    const count = this.u32();
    if (count > maxBytes) throw new CodecError(`${count} bytes where at most ${maxBytes} may be`);
    return this.raw(count);
  }

  /** A length in bytes (u32), at most `maxBytes`, then valid UTF-8. */
  string(maxBytes: number): string {
    const bytes = this.bytes(maxBytes);
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new CodecError('text that is not valid UTF-8', { cause });
    }
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.remaining !== 0) throw new CodecError(`${this.remaining} bytes too many`);
  }

  #take(count: number): number {
    const start = this.#offset;
    if (count > this.#bytes.byteLength - start) {
      throw new CodecError(`cut short: ${count} bytes wanted at byte ${start} of ${this.#bytes.byteLength}`);
    }
    this.#offset = start + count;
    return start;
  }
}
