import { MAX_ITEM_BYTES } from './snapshot-format.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Finds the items in pieces that were cut anywhere. */
export class ItemSplitter {
  /** The beginnings of an item that is not whole yet, with its length before it. */
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  /** How many bytes there must be before it is worth looking again. */
  #neededBytes = 1;

  /** Nothing of an item is left over. */
  get isEmpty(): boolean {
    return this.#partBytes === 0;
  }

  /** Gives the items that are whole by now, each good until the next call. Throws a `SnapshotError` for a length that cannot be. */
  *add(piece: Uint8Array): Generator<Uint8Array> {
    const bytes = this.#joined(piece);
    if (bytes === null) return;
    let at = 0;
    for (;;) {
      const header = readLength(bytes, at);
      const end = header === null ? null : header.from + header.length;
      if (header === null || end === null || end > bytes.length) {
        this.#keep(bytes.slice(at), end === null ? 1 : end - at);
        return;
      }
      yield bytes.subarray(header.from, end);
      at = end;
    }
  }

  /** All that is there, or null as long as it cannot be enough. */
  #joined(piece: Uint8Array): Uint8Array | null {
    if (this.#partBytes === 0) return piece;
    this.#parts.push(piece.slice());
    this.#partBytes += piece.length;
    if (this.#partBytes < this.#neededBytes) return null;
    const joined = new Uint8Array(this.#partBytes);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#partBytes = 0;
    return joined;
  }

  #keep(rest: Uint8Array, neededBytes: number): void {
    if (rest.length === 0) return;
    this.#parts = [rest];
    this.#partBytes = rest.length;
    this.#neededBytes = neededBytes;
  }
}

/** The length that stands here, and where what it is the length of begins; null if it is not whole. */
function readLength(
  bytes: Uint8Array,
  at: number,
): { readonly length: number; readonly from: number } | null {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    length |= (byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    if (length === 0 || length > MAX_ITEM_BYTES) break;
    return { length, from: at + i + 1 };
  }
  throw new SnapshotError('an item has an impossible length');
}
