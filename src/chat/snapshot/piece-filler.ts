import { PIECE_BYTES } from './snapshot-format.ts';

/** Strings items together and cuts the result into pieces. There is one piece, filled again and again: new memory costs more than filling it. */
export class PieceFiller {
  readonly #piece = new Uint8Array(PIECE_BYTES);
  #at = 0;

  /** Adds the item's bytes. Gives each piece that is full: it is good until the next is asked for. */
  *add(item: Uint8Array): Generator<Uint8Array> {
    let length = item.length;
    while (length >= 0x80) {
      if (this.#fill((length & 0x7f) | 0x80)) yield this.#piece;
      length >>>= 7;
    }
    if (this.#fill(length)) yield this.#piece;
    for (let from = 0; from < item.length;) {
      const to = Math.min(item.length, from + PIECE_BYTES - this.#at);
      this.#piece.set(item.subarray(from, to), this.#at);
      this.#at += to - from;
      from = to;
      if (this.#isFull()) yield this.#piece;
    }
  }

  /** What is left for the last piece, if anything. */
  *rest(): Generator<Uint8Array> {
    if (this.#at > 0) yield this.#piece.subarray(0, this.#at);
  }

  #fill(byte: number): boolean {
    this.#piece[this.#at++] = byte;
    return this.#isFull();
  }

  /** If it is, the next bytes are the first of the next piece. */
  #isFull(): boolean {
    if (this.#at < PIECE_BYTES) return false;
    this.#at = 0;
    return true;
  }
}
