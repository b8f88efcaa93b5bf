import { PIECE_BYTES } from './snapshot-format.ts';

/** Strings items together and cuts the result into pieces. */
export class PieceFiller {
  #piece = new Uint8Array(PIECE_BYTES);
  #at = 0;
  #full: Uint8Array[] = [];

  /** Takes a copy of the item's bytes. */
  add(item: Uint8Array): void {
    let length = item.length;
    while (length >= 0x80) {
      this.#byte((length & 0x7f) | 0x80);
      length >>>= 7;
    }
    this.#byte(length);
    for (let from = 0; from < item.length;) {
      const to = Math.min(item.length, from + PIECE_BYTES - this.#at);
      this.#piece.set(item.subarray(from, to), this.#at);
      this.#at += to - from;
      from = to;
      this.#turnOver();
    }
  }

  /** Pieces that have become full. */
  takeFull(): readonly Uint8Array[] {
    if (this.#full.length === 0) return NONE;
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** What is left for the last piece, if anything. */
  takeRest(): readonly Uint8Array[] {
    return this.#at === 0 ? NONE : [this.#piece.slice(0, this.#at)];
  }

  #byte(value: number): void {
    this.#piece[this.#at++] = value;
    this.#turnOver();
  }

  #turnOver(): void {
    if (this.#at < PIECE_BYTES) return;
    this.#full.push(this.#piece);
    this.#piece = new Uint8Array(PIECE_BYTES);
    this.#at = 0;
  }
}

const NONE: readonly Uint8Array[] = [];
