import { crc32 } from 'node:zlib';
import { ByteReader } from '../codec/bytes.ts';
import { CodecError } from '../codec/codec-error.ts';
import { putU64, viewOf } from '../codec/u64.ts';
import { logIndex, term } from '../core/ids.ts';
import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import { continueChecksum } from './running-checksum.ts';
import type { SnapshotFileId } from './snapshot-store.ts';

/*
 * A snapshot is one file, the same bytes at the node that took it and at those that it was sent to. Little-endian; magic, version, checksum and
 * length of the head stay where they are in every version to come. From version 2 on the checksum is of bytes 8 to 11 and of the head: whoever does not
 * know a version can tell it from a bit that has flipped.
 *
 *    0  8 bytes  magic
 *    8  u32      format version
 *   12  u32      CRC-32 of the head: bytes 20 to 20 + length
 *   16  u32      length of the head
 *   20  u64      index of the last entry that it stands for (lastIncludedIndex)
 *   28  u64      term of that entry (lastIncludedTerm)
 *   36  f64      cluster time of that entry, milliseconds
 *   44  ...      payload of the members entry in force, to the end of the head
 *
 * Then pieces, each
 *
 *    0  u32      length, at most 65,536
 *    4  u32      CRC-32 of the piece
 *    8  ...      the piece
 *
 * and a trailer:
 *
 *    0  u32      2^32 - 1: no piece
 *    4  u32      number of pieces
 *    8  u64      bytes of the whole file
 *   16  u32      CRC-32 of all of the file before this field: the snapshot's checksum
 */
export const SNAPSHOT_VERSION = 1;
export const MAX_PIECE_BYTES = 65_536;
export const PIECE_HEADER_BYTES = 8;
export const TRAILER_BYTES = 20;
/** Where the checksum of the whole stands, from the end. */
export const CHECKSUM_BYTES = 4;
/** Where the head's length ends. */
export const HEAD_START = 20;

const MAGIC = new TextEncoder().encode('CNCLVSNP');
const NO_PIECE = 0xffff_ffff;
const META_BYTES = 24;
const MAX_HEAD_BYTES = 16 * 1024 * 1024;
const NAME = /^snapshot-(\d{16})-(\d{16})-([0-9a-f]{8})\.snap$/;

/** `snapshot-0000000000001000-0000000000000003-89abcdef.snap`: index, term, checksum; sorted as they reach. */
export function snapshotFileName({ index, term, checksum }: Omit<SnapshotFileId, 'bytes'>): string {
  const digits = (n: number): string => String(n).padStart(16, '0');
  return `snapshot-${digits(index)}-${digits(term)}-${checksum.toString(16).padStart(8, '0')}.snap`;
}

export function isSnapshotFileName(name: string): boolean {
  return NAME.test(name);
}

/** Everything before the first piece. */
export function encodeHead({ index, term, clusterTimeMs, members }: SnapshotMeta): Uint8Array {
  const bytes = new Uint8Array(HEAD_START + META_BYTES + members.byteLength);
  const view = viewOf(bytes);
  bytes.set(MAGIC, 0);
  view.setUint32(8, SNAPSHOT_VERSION, true);
  view.setUint32(16, META_BYTES + members.byteLength, true);
  putU64(view, 20, index);
  putU64(view, 28, term);
  view.setFloat64(36, clusterTimeMs, true);
  bytes.set(members, HEAD_START + META_BYTES);
  view.setUint32(12, crc32(bytes.subarray(HEAD_START)), true);
  return bytes;
}

/** What precedes a piece. Throws `RangeError` for one that is too large. */
export function encodePieceHeader(piece: Uint8Array): Uint8Array {
  if (piece.byteLength > MAX_PIECE_BYTES)
    throw new RangeError(
      `a piece of a snapshot has ${piece.byteLength} bytes; at most ${MAX_PIECE_BYTES} may be`,
    );
  const bytes = new Uint8Array(PIECE_HEADER_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, piece.byteLength, true);
  view.setUint32(4, crc32(piece), true);
  return bytes;
}

/** The trailer. `bytesBefore`: of the file, without it; `checksumBefore`: CRC-32 of those. */
export function encodeTrailer(
  pieces: number,
  bytesBefore: number,
  checksumBefore: number,
): { readonly bytes: Uint8Array; readonly checksum: number } {
  const bytes = new Uint8Array(TRAILER_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, NO_PIECE, true);
  view.setUint32(4, pieces, true);
  putU64(view, 8, bytesBefore + TRAILER_BYTES);
  const checksum = continueChecksum(checksumBefore, bytes.subarray(0, TRAILER_BYTES - CHECKSUM_BYTES));
  view.setUint32(TRAILER_BYTES - CHECKSUM_BYTES, checksum, true);
  return { bytes, checksum };
}

export type SnapshotStart =
  | { readonly kind: 'start'; readonly headBytes: number; readonly headChecksum: number }
  /** Or a bit of its version has flipped: `isOfVersion` tells. */
  | {
      readonly kind: 'unknown-version';
      readonly version: number;
      readonly headBytes: number;
      readonly headChecksum: number;
    }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads the first `HEAD_START` bytes of a file. */
export function readStart(bytes: Uint8Array): SnapshotStart {
  if (bytes.byteLength < HEAD_START)
    return { kind: 'unreadable', why: `it was cut to ${bytes.byteLength} bytes` };
  if (MAGIC.some((byte, at) => bytes[at] !== byte))
    return { kind: 'unreadable', why: 'it does not begin as a snapshot does' };
  const view = viewOf(bytes);
  const version = view.getUint32(8, true);
  const headBytes = view.getUint32(16, true);
  const headChecksum = view.getUint32(12, true);
  const isKnown = version === SNAPSHOT_VERSION;
  if ((isKnown && headBytes < META_BYTES) || headBytes > MAX_HEAD_BYTES)
    return { kind: 'unreadable', why: `its head claims ${headBytes} bytes` };
  return isKnown
    ? { kind: 'start', headBytes, headChecksum }
    : { kind: 'unknown-version', version, headBytes, headChecksum };
}

/** Whether a snapshot with this head is of the unknown version that it names. */
export function isOfVersion(version: number, head: Uint8Array, headChecksum: number): boolean {
  const named = new Uint8Array(4);
  viewOf(named).setUint32(0, version, true);
  return continueChecksum(crc32(named), head) === headChecksum;
}

/** Reads a head. Throws `CodecError` if it does not match its checksum. */
export function readHead(head: Uint8Array, checksum: number): SnapshotMeta {
  if (crc32(head) !== checksum) throw new CodecError('its head does not match its checksum');
  const reader = new ByteReader(head);
  const index = logIndex(reader.u64());
  const lastTerm = term(reader.u64());
  const clusterTimeMs = reader.f64();
  return { index, term: lastTerm, clusterTimeMs, members: Uint8Array.from(reader.raw(reader.remaining)) };
}

export type NextPiece =
  | { readonly kind: 'piece'; readonly bytes: number; readonly checksum: number }
  | { readonly kind: 'end'; readonly pieces: number; readonly fileBytes: number };

/** Reads what stands where a piece may begin: needs 16 bytes there for the end. Throws `CodecError`. */
export function readPieceHeader(bytes: Uint8Array): NextPiece {
  const reader = new ByteReader(bytes);
  const length = reader.u32();
  if (length === NO_PIECE) return { kind: 'end', pieces: reader.u32(), fileBytes: reader.u64() };
  if (length > MAX_PIECE_BYTES) throw new CodecError(`a piece claims ${length} bytes`);
  return { kind: 'piece', bytes: length, checksum: reader.u32() };
}
