import { CodecError } from './codec-error.ts';

const TWO_TO_32 = 0x1_0000_0000;

/** Writes a whole number from 0 to 2^53 - 1 as 8 bytes, little-endian. Throws `CodecError` for any other number. */
export function putU64(view: DataView, offset: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new CodecError(`${value} is not a whole number from 0 to 2^53 - 1`);
  view.setUint32(offset, value % TWO_TO_32, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_TO_32), true);
}

/** Reads 8 bytes, little-endian. Throws `CodecError` above 2^53 - 1, which no term, index or count of ours ever is. */
export function getU64(view: DataView, offset: number): number {
  const high = view.getUint32(offset + 4, true);
  if (high > 0x1f_ffff) throw new CodecError(`the number at byte ${offset} is above 2^53 - 1`);
  return high * TWO_TO_32 + view.getUint32(offset, true);
}

/** A `DataView` of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
