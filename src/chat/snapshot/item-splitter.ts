import { MAX_ITEM_BYTES } from './snapshot-format.ts';
import { SnapshotError } from './snapshot-error.ts';

/** An item lies in these bytes, from `start` to before `end`; it is good until the call returns. */
export type ItemVisitor = (bytes: Uint8Array, start: number, end: number) => void;

/** Finds the items in pieces that were cut anywhere. */
export class ItemSplitter {
  readonly #visit: ItemVisitor;
  /** The beginnings of an item that is not whole yet, with its length before it. */
  #parts: Uint8Array[] = [];
  #partBytes = 0;
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
    return this.#partBytes === 0;
  }

  /** Throws a `SnapshotError` for a length that cannot be, and what the visitor throws. */
  add(piece: Uint8Array): void {
    let at = this.#completeCut(piece);
    while (at < piece.length) {
      const end = this.#endOf(piece, at);
      if (end === null || end > piece.length) {
        this.#hold(piece.slice(at), end === null ? piece.length - at + 1 : end - at);
        return;
      }
      this.#visit(piece, this.#start, end);
      at = end;
    }
  }

  /** Takes what is missing of an item that the last piece cut off. Returns where the next one begins. */
  #completeCut(piece: Uint8Array): number {
    let at = 0;
    while (this.#partBytes > 0 && at < piece.length) {
      const to = Math.min(piece.length, at + this.#neededBytes - this.#partBytes);
      this.#hold(piece.slice(at, to), this.#neededBytes);
      at = to;
      if (this.#partBytes === this.#neededBytes) this.#lookAgain();
    }
    return at;
  }

  #lookAgain(): void {
    const bytes = Buffer.concat(this.#parts);
    const end = this.#endOf(bytes, 0);
    this.#parts = [];
    this.#partBytes = 0;
    if (end === bytes.length) this.#visit(bytes, this.#start, end);
    else this.#hold(bytes, end ?? bytes.length + 1);
  }

  #hold(part: Uint8Array, neededBytes: number): void {
    this.#parts.push(part);
    this.#partBytes += part.length;
    this.#neededBytes = neededBytes;
  }

  /** Reads the length that stands here, and notes where the item begins. Returns where it ends; null if the length is not whole. */
  #endOf(bytes: Uint8Array, at: number): number | null {
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const byte = bytes[at + i];
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
