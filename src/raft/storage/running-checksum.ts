import { crc32 } from 'node:zlib';

/** CRC-32 of what `checksum` stands for, followed by these bytes. */
export function continueChecksum(checksum: number, bytes: Uint8Array): number {
  // Node's own begins anew at 0 if it is given an empty array.
  return bytes.byteLength === 0 ? checksum : crc32(bytes, checksum);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1)
    remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ 0xedb8_8320 : remainder >>> 1;
  return remainder;
});

/** CRC-32 of a few bytes, some dozens: for as many as there are records in a log, a call into Node's own costs more than the sum. */
export function checksumOfFew(bytes: Uint8Array, from: number, to: number): number {
  let remainder = 0xffff_ffff;
  for (let at = from; at < to; at += 1)
    remainder = (remainder >>> 8) ^ (TABLE[(remainder ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return (remainder ^ 0xffff_ffff) >>> 0;
}
