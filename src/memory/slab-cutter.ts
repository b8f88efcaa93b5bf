import { SLAB_BYTES, uncountedBytes } from './uncounted.ts';

/** Anything larger gets memory of its own: what is left of a slab is lost when the next one is begun. */
const LARGE_BYTES = SLAB_BYTES / 4;

/**
 * Cuts pieces from slabs, one behind the other: an array of its own for each would cost more. A slab is freed when the last of its
 * pieces is let go, so pieces of one cutter should be let go in about the order in which they were cut.
 */
export class SlabCutter {
  #slab: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** Bytes that are zero, and nobody else's. They begin at a multiple of eight. */
  cut(bytes: number): Uint8Array {
    if (bytes > LARGE_BYTES) return uncountedBytes(bytes);
    if (this.#used + bytes > this.#slab.byteLength) {
      this.#slab = uncountedBytes(SLAB_BYTES);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used = (from + bytes + 7) & ~7;
    return this.#slab.subarray(from, from + bytes);
  }

  /** A copy of these bytes. */
  copy(bytes: Uint8Array): Uint8Array {
    const copied = this.cut(bytes.byteLength);
    copied.set(bytes);
    return copied;
  }
}
