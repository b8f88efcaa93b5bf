import { crc32 } from 'node:zlib';

/** CRC-32 of what `checksum` stands for, followed by these bytes. */
export function continueChecksum(checksum: number, bytes: Uint8Array): number {
  // Node's own begins anew at 0 if it is given an empty array.
  return bytes.byteLength === 0 ? checksum : crc32(bytes, checksum);
}
