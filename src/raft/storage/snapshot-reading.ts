import { crc32 } from 'node:zlib';
import { CodecError } from '../codec/codec-error.ts';
import { DiskError } from './disk.ts';
import type { Disk } from './disk.ts';
import {
  HEAD_START,
  MAX_PIECE_BYTES,
  PIECE_HEADER_BYTES,
  readPieceHeader,
  readStart,
  TRAILER_BYTES,
} from './snapshot-format.ts';
import type { PiecesDone, SnapshotReader } from './snapshot-store.ts';

/**
 * Asked of the disk at once: enough that to wait for it costs little beside. How many of the pieces are looked at in a turn is the caller's affair.
 * With room for the headers, so that 32 of half the size, as they usually are, fill it.
 */
const BLOCK_BYTES = 16 * MAX_PIECE_BYTES + 32 * PIECE_HEADER_BYTES;

/** Gives back the pieces of a snapshot's file, each verified. */
export class PieceReader implements SnapshotReader {
  readonly #disk: Disk;
  readonly #name: string;
  readonly #fileBytes: number;
  readonly #closed: () => void;
  /** One block is read while the caller looks at the other: new memory for each would cost more than to read it. */
  #reading: Uint8Array;
  #lookedAt: Uint8Array;
  /** Where the next piece begins; 0 before the head was read. */
  #offset = 0;
  #pieces = 0;
  #isClosed = false;

  /** `closed`: called once, when the file is of no more use. */
  constructor(disk: Disk, name: string, fileBytes: number, closed: () => void) {
    this.#disk = disk;
    this.#name = name;
    this.#fileBytes = fileBytes;
    const blockBytes = Math.min(BLOCK_BYTES, fileBytes);
    this.#reading = new Uint8Array(blockBytes);
    this.#lookedAt = new Uint8Array(blockBytes);
    this.#closed = closed;
  }

  next(done: PiecesDone): void {
    if (this.#offset > 0) this.#readPieces(done);
    else this.#readHead(done);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closed();
  }

  #readHead(done: PiecesDone): void {
    this.#disk.read(this.#name, 0, new Uint8Array(HEAD_START), (error, bytes) => {
      if (error !== null || bytes === null) return done(error, null);
      const start = readStart(bytes);
      if (start.kind !== 'start') return done(this.#damaged(0, 'its beginning cannot be read'), null);
      this.#offset = HEAD_START + start.headBytes;
      this.#readPieces(done);
    });
  }

  #readPieces(done: PiecesDone): void {
    const offset = this.#offset;
    [this.#reading, this.#lookedAt] = [this.#lookedAt, this.#reading];
    this.#disk.read(this.#name, offset, this.#reading, (error, block) => {
      if (error !== null || block === null) return done(error, null);
      try {
        done(null, this.#piecesIn(block));
      } catch (cause) {
        if (!(cause instanceof CodecError)) throw cause;
        done(this.#damaged(this.#offset, cause.message), null);
      }
    });
  }

  /** The whole pieces with which a block begins; null for the end. Throws `CodecError`. */
  #piecesIn(block: Uint8Array): readonly Uint8Array[] | null {
    const pieces: Uint8Array[] = [];
    let rest = block;
    // What the end of the block cuts off begins the next one.
    while (pieces.length === 0 || !isCutOff(rest)) {
      const piece = this.#pieceIn(rest);
      if (piece === null) break;
      pieces.push(piece);
      rest = rest.subarray(PIECE_HEADER_BYTES + piece.byteLength);
    }
    return pieces.length === 0 ? null : pieces;
  }

  /** The piece with which the bytes begin, null for the end. Throws `CodecError`. */
  #pieceIn(bytes: Uint8Array): Uint8Array | null {
    const found = readPieceHeader(bytes);
    if (found.kind === 'end') {
      if (found.pieces === this.#pieces && found.fileBytes === this.#fileBytes) return null;
      throw new CodecError(`it ends after ${this.#pieces} pieces of ${found.pieces}`);
    }
    const piece = bytes.subarray(PIECE_HEADER_BYTES, PIECE_HEADER_BYTES + found.bytes);
    if (piece.byteLength < found.bytes || crc32(piece) !== found.checksum)
      throw new CodecError('a piece does not match its checksum');
    this.#offset += PIECE_HEADER_BYTES + found.bytes;
    this.#pieces += 1;
    return piece;
  }

  #damaged(offset: number, what: string): DiskError {
    const path = this.#disk.pathOf(this.#name);
    return new DiskError('io', path, `the snapshot ${path} is damaged at byte ${offset}: ${what}`);
  }
}

/** Neither a whole piece stands here, nor the trailer. Throws `CodecError`. */
function isCutOff(bytes: Uint8Array): boolean {
  if (bytes.byteLength < TRAILER_BYTES) return true;
  const found = readPieceHeader(bytes);
  return found.kind === 'piece' && bytes.byteLength < PIECE_HEADER_BYTES + found.bytes;
}
