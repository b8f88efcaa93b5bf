import { putInPlace, type BytesInPlace } from './text-in-place.ts';
import { putWhole } from './whole-number.ts';

const hex32 = /^[0-9a-f]{32}$/;
/** Up to here, ASCII is written faster by hand than by the encoder. */
const SHORT_TEXT = 24;
const SLAB_BYTES = 16_384;
/** What the length of a text may take. */
const LENGTH_BYTES = 5;
/** Views of fewer bytes than these, from the slab's beginning, are made once: making one costs as much as writing a short command. */
const KEPT_VIEWS = 1_024;

/** Writes the parts of commands, or of a snapshot, one after the other into large slabs: a buffer for each would cost more than all else. */
export class ByteWriter {
  /** One slab, under two names: of the buffer a text is written faster, of the array a view is made faster. */
  #buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #bytes = plainBytes(this.#buffer);
  #dataView = new DataView(this.#buffer.buffer);
  /** By the number of their bytes. */
  #views = noViews();
  /** Where the command that is being written begins. */
  #start = 0;
  #length = 0;

  /** What was written since the last `clear` or `taken`. */
  get writtenBytes(): number {
    return this.#length - this.#start;
  }

  /** Begins anew: forgets what was written and not taken. */
  clear(): void {
    this.#length = this.#start;
  }

  /** What was written since the last `clear` or `taken`: a view of bytes that are never written again. */
  taken(): Uint8Array {
    const taken = this.#bytes.subarray(this.#start, this.#length);
    this.#start = this.#length;
    return taken;
  }

  /** What was written since the last `clear`, not copied: good until the next write. */
  view(): Uint8Array {
    if (this.#start > 0 || this.#length >= KEPT_VIEWS) return this.#bytes.subarray(this.#start, this.#length);
    const view = this.#views[this.#length] ?? this.#bytes.subarray(0, this.#length);
    this.#views[this.#length] = view;
    return view;
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
    this.#length = putWhole(this.#bytes, this.#length, value);
  }

  /** UTF-8 with its length in bytes before it. A lone surrogate is written as U+FFFD. */
  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#shortAscii(value)) return;
    this.#reserve(LENGTH_BYTES + 3 * value.length);
    // Written where it belongs if it is ASCII: then its length takes as many bytes as that of its characters.
    const at = this.#length + wholeBytes(value.length);
    const written = this.#buffer.write(value, at);
    const belongsAt = this.#length + wholeBytes(written);
    if (belongsAt !== at) this.#bytes.copyWithin(belongsAt, at, at + written);
    this.#length = putWhole(this.#bytes, this.#length, written);
    this.#length += written;
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

  /** Bytes as they are, which lie among others. */
  rawInPlace(bytes: BytesInPlace): void {
    this.#reserve(bytes.end - bytes.start);
    this.#length = putInPlace(this.#dataView, this.#length, bytes);
  }

  /** Nearly every name: saves the encoder's fixed cost. */
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
    // What was taken keeps the old slab; what is being written moves to a new one.
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, (needed - this.#start) * 2));
    slab.set(this.#bytes.subarray(this.#start, this.#length));
    this.#buffer = slab;
    this.#bytes = plainBytes(slab);
    this.#dataView = new DataView(slab.buffer);
    this.#views = noViews();
    this.#length -= this.#start;
    this.#start = 0;
  }
}

/** How many bytes `whole` makes of a number below 2^31. */
function wholeBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest >>>= 7) bytes += 1;
  return bytes;
}

function noViews(): (Uint8Array | undefined)[] {
  return Array.from<Uint8Array | undefined>({ length: KEPT_VIEWS }).fill(undefined);
}

function plainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
