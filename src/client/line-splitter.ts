const NEWLINE = 0x0a;

export type SplitAnswer =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** The line that is being received is longer than allowed: nothing after this can be trusted. */
  | { readonly kind: 'too-long' };

/** Cuts received bytes into lines, `\n` or `\r\n`. Holds at most one unfinished line of bounded length. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #unfinished: Uint8Array[] = [];
  #unfinishedBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that are complete with these bytes, without their ends. */
  push(bytes: Uint8Array): SplitAnswer {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      if (this.#unfinishedBytes + (end - start) > this.#maxLineBytes) return { kind: 'too-long' };
      lines.push(this.#finish(bytes.subarray(start, end)));
      start = end + 1;
    }
    const rest = bytes.subarray(start);
    if (this.#unfinishedBytes + rest.length > this.#maxLineBytes) return { kind: 'too-long' };
    if (rest.length > 0) {
      // A copy: whoever handed the bytes in may use their buffer again.
      this.#unfinished.push(rest.slice());
      this.#unfinishedBytes += rest.length;
    }
    return { kind: 'lines', lines };
  }

  #finish(last: Uint8Array): string {
    const parts = [...this.#unfinished, last];
    const whole = new Uint8Array(this.#unfinishedBytes + last.length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
    const text = new TextDecoder().decode(whole);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}
