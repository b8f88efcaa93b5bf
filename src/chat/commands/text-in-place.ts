const utf8 = new TextEncoder();
/** Up to here, bytes are copied faster by hand than by a call that needs views of them. */
const SHORT_BYTES = 512;

/** Bytes that lie among others, from `start` to before `end`. Good as long as those others stay as they are. */
export interface BytesInPlace {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

/** A text whose UTF-8, which was found to be valid, lies among other bytes: what is only moved need not become a string. */
export type TextInPlace = BytesInPlace;

/** All of these bytes. */
export const wholeInPlace = ({ buffer, byteOffset, byteLength }: Uint8Array): BytesInPlace => ({
  view: new DataView(buffer, byteOffset, byteLength),
  start: 0,
  end: byteLength,
});

export const textInPlace = (text: string | TextInPlace): TextInPlace =>
  typeof text === 'string' ? wholeInPlace(utf8.encode(text)) : text;

export const plainText = (text: string | TextInPlace): string =>
  typeof text === 'string' ? text : Buffer.from(viewed(text)).toString('utf8');

/** The bytes as a view of their own. */
export const viewed = ({ view, start, end }: BytesInPlace): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + start, end - start);

/** Copies the bytes to this place. Gives where they end. */
export function putInPlace(to: DataView, at: number, from: BytesInPlace): number {
  const { view, start, end } = from;
  const length = end - start;
  if (length > SHORT_BYTES) {
    viewed({ view: to, start: at, end: at + length }).set(viewed(from));
    return at + length;
  }
  const words = length & ~3;
  for (let i = 0; i < words; i += 4) to.setInt32(at + i, view.getInt32(start + i, true), true);
  for (let i = words; i < length; i++) to.setUint8(at + i, view.getUint8(start + i));
  return at + length;
}
