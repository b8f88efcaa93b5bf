import { crc32 } from 'node:zlib';
import { getU64, putU64, viewOf } from '../codec/u64.ts';
import { NO_TERM, term } from '../core/ids.ts';
import type { Term } from '../core/ids.ts';

/*
 * A segment is one preallocated file. Its first 4096 bytes are the header block, in sectors of 512 bytes so that no two
 * things that are written at different times share one:
 *
 *       0  header, written once and synced before the first record
 *     512  mark slot 0
 *    1024  mark slot 1
 *    4096  records, each beginning at a multiple of 8
 *
 * The header, little-endian; magic, version and checksum stay where they are in every version to come. From version 3 on the checksum is of bytes
 * 8 to 11 and 16 to 511: whoever does not know a version can tell it from a bit that has flipped.
 *
 *    0  8 bytes  magic
 *    8  u32      format version
 *   12  u32      CRC-32 of bytes 16 to 511
 *   16  u64      sequence number of the segment, from 1
 *   24  8 bytes  random identity of the segment
 *   32  16 bytes identity of the data folder
 *   48  u64      index that follows the last entry before this segment
 *   56  u64      number of the last batch before this segment
 *   64  u64      term of the last entry before this segment, from version 2 on
 *
 * Version 1 had neither that, nor records that reset the log, nor a standing beside the term and vote, nor the previous
 * term in truncations. Its segments are read; they are not appended to.
 */
export const FORMAT_VERSION = 2;
const OLDEST_VERSION = 1;
export const SECTOR_BYTES = 512;
export const RECORDS_START = 4096;
export const SEGMENT_IDENTITY_BYTES = 8;
export const FOLDER_IDENTITY_BYTES = 16;

const MAGIC = new TextEncoder().encode('CNCLVLOG');
const VERSION_AT = [8, 12] as const;
const CHECKED_FROM = 16;
const NAME = /^log-(\d{10})\.seg$/;

export interface SegmentHeader {
  readonly sequence: number;
  readonly identity: Uint8Array;
  readonly folderId: Uint8Array;
  readonly firstIndex: number;
  readonly previousBatch: number;
  /** Null in format version 1: a log of which earlier segments were dropped cannot begin with this one. */
  readonly previousTerm: Term | null;
}

export type HeaderReading =
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'unknown-version'; readonly version: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** `log-0000000001.seg` */
export function segmentFileName(sequence: number): string {
  return `log-${String(sequence).padStart(10, '0')}.seg`;
}

/** The sequence number in a segment's file name, or null for any other file. */
export function sequenceOf(fileName: string): number | null {
  const digits = NAME.exec(fileName)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The header's sector. */
export function encodeHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES);
  const view = viewOf(bytes);
  bytes.set(MAGIC, 0);
  view.setUint32(8, FORMAT_VERSION, true);
  putU64(view, 16, header.sequence);
  bytes.set(header.identity, 24);
  bytes.set(header.folderId, 32);
  putU64(view, 48, header.firstIndex);
  putU64(view, 56, header.previousBatch);
  putU64(view, 64, header.previousTerm ?? NO_TERM);
  view.setUint32(12, crc32(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/** Reads the header of a segment file, or of its first sector. */
export function readHeader(file: Uint8Array): HeaderReading {
  if (file.byteLength < SECTOR_BYTES)
    return { kind: 'unreadable', why: `it was cut to ${file.byteLength} bytes` };
  const bytes = file.subarray(0, SECTOR_BYTES);
  const view = viewOf(bytes);
  if (MAGIC.some((byte, at) => bytes[at] !== byte))
    return { kind: 'unreadable', why: 'it does not begin as a segment does' };
  const version = view.getUint32(8, true);
  const isKnown = version >= OLDEST_VERSION && version <= FORMAT_VERSION;
  const checksum = crc32(bytes.subarray(CHECKED_FROM), isKnown ? 0 : crc32(bytes.subarray(...VERSION_AT)));
  if (checksum !== view.getUint32(12, true)) {
    return { kind: 'unreadable', why: 'its header does not match its checksum' };
  }
  if (!isKnown) return { kind: 'unknown-version', version };
  return {
    kind: 'header',
    header: {
      sequence: getU64(view, 16),
      identity: bytes.slice(24, 24 + SEGMENT_IDENTITY_BYTES),
      folderId: bytes.slice(32, 32 + FOLDER_IDENTITY_BYTES),
      firstIndex: getU64(view, 48),
      previousBatch: getU64(view, 56),
      previousTerm: version === OLDEST_VERSION ? null : term(getU64(view, 64)),
    },
  };
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Where the last byte that is not zero ends; `from` if all are zero from there on. */
export function endOfData(file: Uint8Array, from: number): number {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  let end = bytes.byteLength;
  while (end > from) {
    const start = Math.max(from, end - ZEROS.byteLength);
    if (bytes.compare(ZEROS, 0, end - start, start, end) !== 0) break;
    end = start;
  }
  while (end > from && bytes[end - 1] === 0) end -= 1;
  return Math.max(end, from);
}
