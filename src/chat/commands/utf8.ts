/** Whether these bytes are valid UTF-8, as a decoder that refuses what is not would find. Bytes that are ASCII are passed over four at a time. */
export function isUtf8(view: DataView, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    while (at + 4 <= end && (view.getInt32(at, true) & 0x80808080) === 0) at += 4;
    if (at === end) return true;
    const length = sequenceAt(view, at, end);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

/** How many bytes the character takes that begins here; 0 if none does (Unicode, table 3-7: no overlong forms, no surrogates). */
function sequenceAt(view: DataView, at: number, end: number): number {
  const first = view.getUint8(at);
  if (first < 0x80) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first < 0xc2 || first > 0xf4 || at + length > end) return 0;
  const second = view.getUint8(at + 1);
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = 2; i < length; i++) if ((view.getUint8(at + i) & 0xc0) !== 0x80) return 0;
  return length;
}
