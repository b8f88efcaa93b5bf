import { crc32 } from 'node:zlib';
import { SlabCutter } from '../../memory/slab-cutter.ts';
import { logIndex, term } from '../core/ids.ts';
import type { Entry, EntryKind, SealEntry } from '../core/entry.ts';
import { CodecError } from './codec-error.ts';
import { getU64, putU64, viewOf } from './u64.ts';

/*
 * One encoding of an entry, for every disk and every peer. Little-endian:
 *
 *    0  u32  length of the whole, header included
 *    4  u32  CRC-32 of everything after this field
 *    8  u64  term
 *   16  u64  index
 *   24  f64  cluster time, milliseconds
 *   32  u8   version of this encoding
 *   33  u8   kind
 *   34  ...  payload
 */
export const ENTRY_HEADER_BYTES = 34;
const VERSION = 1;
const CRC_OFFSET = 4;
const CHECKED_FROM = 8;

const codeOfKind: Readonly<Record<EntryKind, number>> = {
  noop: 1,
  commands: 2,
  incarnation: 3,
  members: 4,
  version: 5,
};
const kindOfCode: ReadonlyMap<number, EntryKind> = new Map(
  (Object.keys(codeOfKind) as EntryKind[]).map((kind) => [codeOfKind[kind], kind]),
);

/** Entries are let go in their order, when the log drops them. */
const ownEntries = new SlabCutter();

/** Encodes a proposal as the entry at this place of the log. The one copy that a payload ever sees at its leader. */
export const sealEntry: SealEntry = (term, index, proposal) => {
  const { kind, clusterTimeMs } = proposal;
  if (!isTime(clusterTimeMs))
    throw new CodecError(`a cluster time must be a number of milliseconds, not ${clusterTimeMs}`);
  const bytes = ownEntries.cut(ENTRY_HEADER_BYTES + proposal.payload.byteLength);
  const view = viewOf(bytes);
  view.setUint32(0, bytes.byteLength, true);
  putU64(view, 8, term);
  putU64(view, 16, index);
  view.setFloat64(24, clusterTimeMs, true);
  view.setUint8(32, VERSION);
  view.setUint8(33, codeOfKind[kind]);
  bytes.set(proposal.payload, ENTRY_HEADER_BYTES);
  view.setUint32(CRC_OFFSET, crc32(bytes.subarray(CHECKED_FROM)), true);
  return { term, index, kind, clusterTimeMs, payload: bytes.subarray(ENTRY_HEADER_BYTES), bytes };
};

/**
 * Reads and verifies the entry that begins at `offset`. Its `bytes` and `payload` are views: they keep the whole buffer
 * alive, so bytes from a socket must have been copied out before. Throws `CodecError`.
 */
export function decodeEntry(bytes: Uint8Array, offset: number): Entry {
  return decodeEntryIn(bytes, viewOf(bytes), offset);
}

/** The same, for who reads one after the other. `view` is a view of all of `bytes`. */
export function decodeEntryIn(bytes: Uint8Array, view: DataView, offset: number): Entry {
  const available = bytes.byteLength - offset;
  if (offset < 0 || available < ENTRY_HEADER_BYTES)
    throw new CodecError(`an entry is cut short at byte ${offset}`);
  const length = view.getUint32(offset, true);
  if (length < ENTRY_HEADER_BYTES || length > available) {
    throw new CodecError(`the entry at byte ${offset} claims ${length} bytes; ${available} are there`);
  }
  const whole = bytes.subarray(offset, offset + length);
  if (
    crc32(bytes.subarray(offset + CHECKED_FROM, offset + length)) !==
    view.getUint32(offset + CRC_OFFSET, true)
  ) {
    throw new CodecError(`the entry at byte ${offset} does not match its checksum`);
  }
  const version = view.getUint8(offset + 32);
  if (version !== VERSION) {
    throw new CodecError(
      `the entry at byte ${offset} has version ${version}; this program reads version ${VERSION}`,
    );
  }
  const kind = kindOfCode.get(view.getUint8(offset + 33));
  if (kind === undefined)
    throw new CodecError(`the entry at byte ${offset} is of an unknown kind, ${view.getUint8(offset + 33)}`);
  const clusterTimeMs = view.getFloat64(offset + 24, true);
  if (!isTime(clusterTimeMs))
    throw new CodecError(`the entry at byte ${offset} has an impossible cluster time`);
  return {
    term: term(getU64(view, offset + 8)),
    index: logIndex(getU64(view, offset + 16)),
    kind,
    clusterTimeMs,
    payload: whole.subarray(ENTRY_HEADER_BYTES),
    bytes: whole,
  };
}

/** The checksum that the sealed entry carries which begins at this offset of what is viewed. */
export function entryChecksum(view: DataView, offset: number): number {
  return view.getUint32(offset + CRC_OFFSET, true);
}

function isTime(ms: number): boolean {
  return Number.isFinite(ms) && ms >= 0;
}
