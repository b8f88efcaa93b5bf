import { crc32 } from 'node:zlib';
import { viewOf } from '../../../src/raft/codec/u64.ts';

/** As a later version begins its files: its number, and a checksum of that and of what the present one sums. */
const renumbered = (file: Uint8Array, version: number, from: number, to: number): Uint8Array => {
  const made = Uint8Array.from(file);
  const view = viewOf(made);
  view.setUint32(8, version, true);
  view.setUint32(12, crc32(made.subarray(from, to), crc32(made.subarray(8, 12))), true);
  return made;
};

export const segmentOfVersion = (file: Uint8Array, version: number): Uint8Array =>
  renumbered(file, version, 16, 512);

export const snapshotOfVersion = (file: Uint8Array, version: number): Uint8Array =>
  renumbered(file, version, 20, 20 + viewOf(file).getUint32(16, true));
