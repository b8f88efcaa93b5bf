import { MAX_ITEM_BYTES } from './snapshot-format.ts';
import { SnapshotError } from './snapshot-error.ts';

/** An item lies in these bytes, from `start` to before `end`; it is good until the call returns. */
export type ItemVisitor = (bytes: Uint8Array, start: number, end: number) => void;

const FIRST_CAPACITY = 64 * 1_024;

/** Finds the items in pieces that were cut anywhere. */
export class ItemSplitter {
  readonly #visit: ItemVisitor;
  /** The beginning of an item that is not whole yet, with its length before it. One place for all: what is new for each must be collected again. */
  #held = new Uint8Array(FIRST_CAPACITY);
  #heldBytes = 0;
  /** How many bytes of it there must be before it is worth looking again. */
  #neededBytes = 0;
  /** Where the item begins whose length was read last. */
  #start = 0;

  /** `visit`: shown each item, in order, as soon as it is whole. */
  constructor(visit: ItemVisitor) {
    this.#visit = visit;
  }

  /** Nothing of an item is left over. */
  get isEmpty(): boolean {
    return this.#heldBytes === 0;
  }

  /** Throws a `SnapshotError` for a length that cannot be, and what the visitor throws. */
  add(piece: Uint8Array): void {
    let at = this.#completeCut(piece);
    while (at < piece.length) {
      const end = this.#endOf(piece, at, piece.length);
      if (end === null || end > piece.length) {
        this.#hold(piece.subarray(at));
        this.#neededBytes = end === null ? this.#heldBytes + 1 : end - at;
        return;
      }
      this.#visit(piece, this.#start, end);
      at = end;
    }
  }

  /** Takes what is missing of an item that the last piece cut off. Returns where the next one begins. */
  #completeCut(piece: Uint8Array): number {
    let at = 0;
    while (this.#heldBytes > 0 && at < piece.length) {
      const to = Math.min(piece.length, at + this.#neededBytes - this.#heldBytes);
      this.#hold(piece.subarray(at, to));
      at = to;
      if (this.#heldBytes === this.#neededBytes) this.#lookAgain();
    }
    return at;
  }

  #lookAgain(): void {
    const bytes = this.#heldBytes;
    const end = this.#endOf(this.#held, 0, bytes);
    if (end === bytes) {
      this.#heldBytes = 0;
      this.#visit(this.#held, this.#start, end);
    } else this.#neededBytes = end ?? bytes + 1;
  }

  /** Takes a copy. Room doubles with what is really there, whatever a length claims. */
  #hold(part: Uint8Array): void {
    const bytes = this.#heldBytes + part.length;
    if (bytes > this.#held.length) {
      const larger = new Uint8Array(2 * bytes);
      larger.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = larger;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = bytes;
  }

  /** Reads the length that stands here, and notes where the item begins. Returns where it ends; null if the length is not whole. */
  #endOf(bytes: Uint8Array, at: number, end: number): number | null {
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const byte = at + i < end ? bytes[at + i] : undefined;
      if (byte === undefined) return null;
      length |= (byte & 0x7f) << (7 * i);
      if (byte >= 0x80) continue;
      if (length === 0 || length > MAX_ITEM_BYTES) break;
      this.#start = at + i + 1;
      return this.#start + length;
    }
    throw new SnapshotError('an item has an impossible length');
  }
}
