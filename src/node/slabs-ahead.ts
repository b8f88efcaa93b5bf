import { closeSync, fstatSync, openSync, readv } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { newUncountedBytes, SLAB_BYTES, supplySlabs } from '../memory/uncounted.ts';

/** Touched at once: to wake a thread of the system's costs as much as to touch a slab. At most twice as many lie ready. */
const BATCH = 16;

/**
 * Slabs of memory that was touched before it is needed. To touch memory for the first time, for which the system finds and clears a page at a time,
 * takes longer than all else that is done with a stored message. Here another thread does so ahead: the one that reads zeros into slabs that
 * nobody uses yet. Nothing is made ready before the first slab is asked for, and where there is no device of zeros nothing ever is.
 */
export class SlabsAhead {
  readonly #ready: Uint8Array[] = [];
  readonly #zeros: number | null;
  readonly #endSupply: () => void;
  #refilling: Promise<void> | null = null;
  #isClosed = false;

  constructor(zeros = '/dev/zero') {
    this.#zeros = openIfThere(zeros);
    this.#endSupply = supplySlabs(() => this.#take());
  }

  /** How many slabs are at hand. */
  get ready(): number {
    return this.#ready.length;
  }

  /** Slabs are made when they are asked for, as before. Resolves when no thread has anything of this in its hands. */
  async close(): Promise<void> {
    this.#endSupply();
    this.#isClosed = true;
    await this.#refilling;
    if (this.#zeros !== null) closeSync(this.#zeros);
  }

  #take(): Uint8Array | null {
    const slab = this.#ready.pop() ?? null;
    if (this.#ready.length <= BATCH) this.#refilling ??= this.#refill();
    return slab;
  }

  /** Whoever asks for memory may be in the middle of anything: what is asked of the system waits until that is done. */
  async #refill(): Promise<void> {
    await setImmediate();
    if (this.#zeros === null || this.#isClosed) return;
    const slabs = Array.from({ length: BATCH }, () => newUncountedBytes(SLAB_BYTES));
    await readInto(this.#zeros, slabs);
    this.#ready.push(...slabs);
    this.#refilling = null;
  }
}

/** Null: the system has no such device. Anything else of that name may hold anything. */
function openIfThere(path: string): number | null {
  try {
    const file = openSync(path, 'r');
    if (fstatSync(file).isCharacterDevice()) return file;
    closeSync(file);
    return null;
  } catch {
    return null;
  }
}

/** Zeros into zeros: if it fails, what was not touched is touched later. */
const readInto = (file: number, slabs: readonly Uint8Array[]): Promise<void> =>
  new Promise((resolve) => readv(file, slabs, null, () => resolve()));
