const utf8 = new TextEncoder();

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
