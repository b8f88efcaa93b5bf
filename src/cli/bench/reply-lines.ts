const NEWLINE = 10;

/** What a line says to whoever waits for the answer to a message: it is stored, it is not, or it is no answer at all. */
export type LineMeaning = 'acknowledged' | 'refused' | 'other';

/** Looks at the bytes of a line, from `start` up to `end`, its newline not included. */
export type JudgeLine = (bytes: Uint8Array, start: number, end: number) => LineMeaning;

/** Cuts what a socket brings into lines and has each judged. Nothing is made of a line: the load must cost little itself. */
export class ReplyLines {
  readonly #judge: JudgeLine;
  #rest: Uint8Array | null = null;

  constructor(judge: JudgeLine) {
    this.#judge = judge;
  }

  push(chunk: Uint8Array, onLine: (meaning: LineMeaning) => void): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      onLine(this.#judge(bytes, start, end));
      start = end + 1;
    }
    this.#rest = start === bytes.length ? null : bytes.subarray(start);
  }
}

/** Judges by how a line begins, from the first pair that fits; a line that fits none is `other`. */
export function judgeByBeginning(meanings: readonly (readonly [string, LineMeaning])[]): JudgeLine {
  const known = meanings.map(([text, meaning]) => ({ text: Buffer.from(text, 'latin1'), meaning }));
  return (bytes, start, end) => {
    for (const { text, meaning } of known) if (beginsWith(bytes, start, end, text)) return meaning;
    return 'other';
  };
}

function beginsWith(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start < text.length) return false;
  for (let at = 0; at < text.length; at += 1) if (bytes[start + at] !== text[at]) return false;
  return true;
}
