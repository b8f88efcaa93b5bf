const FIRST_CAPACITY = 256;

/** Bytes that arrive in pieces, gathered in one buffer that doubles: linear in the bytes, whatever the number of pieces. */
export class GrowingBytes {
  #bytes = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length, FIRST_CAPACITY));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = needed;
  }

  /** What was gathered, valid until the next `append`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets the bytes and gives the memory back: most connections have no half line most of the time. */
  clear(): void {
    this.#length = 0;
    this.#bytes = new Uint8Array(0);
  }
}
