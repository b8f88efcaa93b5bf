/** A name, or an ID: longer texts are not looked for. */
const MAX_BYTES = 40;
const PLACES = 4_096;

/**
 * Short ASCII texts by their bytes: one that was read lately is the same string again, which costs less to find than to make, and
 * less to look up by. Each has one place that it can be in, so the table never grows. What it answers depends on the bytes alone.
 */
export class ShortTexts {
  readonly #texts: string[] = Array.from({ length: PLACES }, () => '');
  readonly #bytes = new Uint8Array(PLACES * MAX_BYTES);

  /** The text that these bytes are, or null if it is not short, or not ASCII. */
  find(bytes: Buffer, start: number, end: number): string | null {
    const length = end - start;
    if (length > MAX_BYTES) return null;
    let hash = length;
    let seen = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      seen |= byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (seen >= 0x80) return null;
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const known = this.#texts[place] ?? '';
    if (known.length === length && this.#isAt(place, bytes, start, length)) return known;
    const text = bytes.toString('latin1', start, end);
    this.#texts[place] = text;
    this.#bytes.set(bytes.subarray(start, end), place * MAX_BYTES);
    return text;
  }

  #isAt(place: number, bytes: Buffer, start: number, length: number): boolean {
    const from = place * MAX_BYTES;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== this.#bytes[from + i]) return false;
    return true;
  }
}
