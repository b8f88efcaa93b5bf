import { uncountedBytes } from '../../memory/uncounted.ts';
import type { SubmissionId } from '../../ordered-log/index.ts';

const SLAB_BYTES = 64 * 1024;
const LENGTH_BYTES = 4;

/** A submitted command. From `from` to `to` its bytes lie in `slab` as a batch holds them: u32 length, bytes. */
export interface KeptCommand {
  readonly id: SubmissionId;
  readonly slab: Uint8Array;
  readonly from: number;
  readonly to: number;
  standing: 'kept' | 'withdrawn';
}

/** Of the command alone. */
export const bytesOf = ({ from, to }: KeptCommand): number => to - from - LENGTH_BYTES;

/**
 * Keeps the bytes of commands, each behind the one before it in large slabs: what was submitted one after the other goes
 * into a batch as one piece. A slab goes when the last of its commands does.
 */
export class CommandKeeper {
  #slab = uncountedBytes(SLAB_BYTES);
  #used = 0;

  /** Copies the bytes. */
  keep(id: SubmissionId, command: Uint8Array): KeptCommand {
    const from = this.#room(LENGTH_BYTES + command.length);
    const slab = this.#slab;
    const { length } = command;
    slab[from] = length;
    slab[from + 1] = length >>> 8;
    slab[from + 2] = length >>> 16;
    slab[from + 3] = length >>> 24;
    slab.set(command, from + LENGTH_BYTES);
    return { id, slab, from, to: this.#used, standing: 'kept' };
  }

  #room(bytes: number): number {
    if (this.#used + bytes > this.#slab.length) {
      this.#slab = uncountedBytes(Math.max(SLAB_BYTES, bytes));
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += bytes;
    return from;
  }
}

/** The commands of one batch as few pieces of bytes: those that lie next to each other are one. */
export class BatchPieces {
  readonly #pieces: Uint8Array[] = [];
  #slab: Uint8Array | null = null;
  #from = 0;
  #to = 0;
  #commands = 0;

  get commands(): number {
    return this.#commands;
  }

  add({ slab, from, to }: KeptCommand): void {
    this.#commands += 1;
    if (slab !== this.#slab || from !== this.#to) {
      this.#endPiece();
      this.#slab = slab;
      this.#from = from;
    }
    this.#to = to;
  }

  /** All pieces, in order. Nothing is added any more. */
  finish(): readonly Uint8Array[] {
    this.#endPiece();
    return this.#pieces;
  }

  #endPiece(): void {
    if (this.#slab !== null) this.#pieces.push(this.#slab.subarray(this.#from, this.#to));
  }
}
