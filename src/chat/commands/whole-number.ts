const BITS_28 = 2 ** 28;

/**
 * Writes a whole number from 0 to 2^53 - 1 at this place: seven bits a byte, the lowest first, all but the last byte with their highest
 * bit set. That takes up to eight bytes, for which there must be room. Returns where it ends.
 */
export function putWhole(bytes: Uint8Array, at: number, value: number): number {
  if (value < BITS_28) return putSmall(bytes, at, value);
  // Four bytes at a time, so that nearly all of it is done in small integers.
  const high = Math.floor(value / BITS_28);
  let low = value - high * BITS_28;
  for (let byte = 0; byte < 4; byte += 1) {
    bytes[at + byte] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
  return putSmall(bytes, at + 4, high);
}

function putSmall(bytes: Uint8Array, at: number, value: number): number {
  let to = at;
  let rest = value;
  while (rest >= 0x80) {
    bytes[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[to++] = rest;
  return to;
}
