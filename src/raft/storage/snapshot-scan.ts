import { CodecError } from '../codec/codec-error.ts';
import { viewOf } from '../codec/u64.ts';
import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { Disk } from './disk.ts';
import { LogFormatError } from './errors.ts';
import { continueChecksum } from './running-checksum.ts';
import {
  CHECKSUM_BYTES,
  HEAD_START,
  isOfVersion,
  isSnapshotFileName,
  readHead,
  readStart,
  SNAPSHOT_VERSION,
  snapshotFileName,
  TRAILER_BYTES,
} from './snapshot-format.ts';
import type { StoredSnapshot } from './snapshot-store.ts';

/** Few enough to stay in the processor's cache while they are summed. */
const BLOCK_BYTES = 256 * 1024;

/** A file that has a snapshot's name, and is none. */
export interface InvalidSnapshot {
  readonly name: string;
  readonly why: string;
}

/** The snapshots that a folder holds. */
export interface FoundSnapshots {
  readonly newest: StoredSnapshot | null;
  /** Newer than the newest valid one. */
  readonly invalid: readonly InvalidSnapshot[];
}

/**
 * Looks for the newest valid snapshot of a folder and verifies the whole of it; changes nothing. Throws `LogFormatError` for an
 * unknown version, `DiskError` if a file cannot be read.
 */
export function scanSnapshots(disk: Disk): FoundSnapshots {
  const invalid: InvalidSnapshot[] = [];
  for (const name of disk.list().filter(isSnapshotFileName).toReversed()) {
    const found = verifySnapshot(disk, name);
    if (typeof found !== 'string') return { newest: found, invalid };
    invalid.push({ name, why: found });
  }
  return { newest: null, invalid };
}

/** The snapshot in this file, or why it is none. */
function verifySnapshot(disk: Disk, name: string): StoredSnapshot | string {
  const start = readStart(disk.readRange(name, 0, new Uint8Array(HEAD_START)));
  if (start.kind === 'unreadable') return start.why;
  const { headBytes, headChecksum } = start;
  const head = disk.readRange(name, HEAD_START, new Uint8Array(headBytes));
  if (start.kind === 'unknown-version') {
    const { version } = start;
    if (!isOfVersion(version, head, headChecksum)) return 'its version does not match its checksum';
    throw new LogFormatError(disk.pathOf(name), version, SNAPSHOT_VERSION);
  }
  let meta: SnapshotMeta;
  try {
    meta = readHead(head, headChecksum);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return error.message;
  }
  const { bytes, checksum, last } = sumOf(disk, name);
  const stored: StoredSnapshot = { meta, bytes, checksum };
  const trailer = viewOf(last);
  const isWhole =
    bytes >= HEAD_START + headBytes + TRAILER_BYTES &&
    trailer.getUint32(last.byteLength - CHECKSUM_BYTES, true) === checksum;
  if (!isWhole) return 'it does not match its checksum';
  if (snapshotFileName({ ...meta, checksum }) !== name) return 'it is not the snapshot that its name says';
  return stored;
}

/** CRC-32 of all of a file but its last 4 bytes, block by block: a snapshot may be large. */
function sumOf(
  disk: Disk,
  name: string,
): { readonly bytes: number; readonly checksum: number; readonly last: Uint8Array } {
  let checksum = 0;
  let bytes = 0;
  let held: Uint8Array = new Uint8Array();
  const memory = new Uint8Array(BLOCK_BYTES);
  for (;;) {
    const block = disk.readRange(name, bytes, memory);
    bytes += block.byteLength;
    // What was held back is not the end of the file if so much follows it.
    const follows = block.byteLength >= CHECKSUM_BYTES;
    if (follows) checksum = continueChecksum(checksum, held);
    const all = follows ? block : Buffer.concat([held, block]);
    const summed = Math.max(0, all.byteLength - CHECKSUM_BYTES);
    checksum = continueChecksum(checksum, all.subarray(0, summed));
    held = Uint8Array.from(all.subarray(summed));
    if (block.byteLength < BLOCK_BYTES) return { bytes, checksum, last: held };
  }
}
