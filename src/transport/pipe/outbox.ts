import { asciiOnly } from '../../chat/pipe/ascii.ts';

interface Mark {
  /** Bytes written to the socket, in all, when everything up to the ordinal was among them. */
  readonly atByte: number;
  readonly ordinal: number;
}

/**
 * What is on its way to one socket: gathers the text of a turn into one write, counts what the socket has not taken yet,
 * and knows up to which in-flight message it has taken everything.
 */
export class Outbox {
  #gathered = '';
  #writtenBytes = 0;
  #takenBytes = 0;
  #lastProgressAtMs = 0;
  #gatheredOrdinal = 0;
  #markedOrdinal = 0;
  #takenOrdinal = 0;
  #marks: Mark[] = [];
  #abandoned = false;

  /** Bytes that were written, or will be, and that the socket has not taken. Of text not yet written, its characters. */
  get bufferedBytes(): number {
    return this.#writtenBytes - this.#takenBytes + this.#gathered.length;
  }

  /** Everything in flight to the connection up to this ordinal has been taken by its socket. */
  get takenOrdinal(): number {
    return this.#takenOrdinal;
  }

  /** The socket is gone: whatever is added from now on goes nowhere. */
  get isAbandoned(): boolean {
    return this.#abandoned;
  }

  add(text: string): void {
    if (!this.#abandoned) this.#gathered += text;
  }

  /** What was added so far holds everything in flight up to this ordinal. */
  holdsUpTo(ordinal: number): void {
    this.#gatheredOrdinal = ordinal;
  }

  /** Takes everything that was gathered, to be written now, and then counted by `written`. */
  takeText(characters: 'all' | 'ascii-only'): string {
    const text = this.#gathered;
    this.#gathered = '';
    return characters === 'all' ? text : asciiOnly(text);
  }

  /** What `takeText` gave came to so many bytes, and they are written. */
  written(bytes: number, nowMs: number): void {
    if (this.#abandoned) return;
    if (bytes > 0 && this.#writtenBytes === this.#takenBytes) this.#lastProgressAtMs = nowMs;
    this.#writtenBytes += bytes;
    if (this.#gatheredOrdinal <= this.#markedOrdinal) return;
    this.#markedOrdinal = this.#gatheredOrdinal;
    this.#marks.push({ atByte: this.#writtenBytes, ordinal: this.#gatheredOrdinal });
    this.#passMarks();
  }

  /** The socket has taken that many more bytes. */
  taken(bytes: number, nowMs: number): void {
    this.#takenBytes += bytes;
    this.#lastProgressAtMs = nowMs;
    this.#passMarks();
  }

  abandon(): void {
    this.#abandoned = true;
    this.#gathered = '';
    this.#marks = [];
    this.#takenBytes = this.#writtenBytes;
  }

  /** Have bytes waited this long without the socket taking one? */
  isStalled(nowMs: number, stalledAfterMs: number): boolean {
    return this.#writtenBytes > this.#takenBytes && nowMs - this.#lastProgressAtMs >= stalledAfterMs;
  }

  #passMarks(): void {
    if (this.#marks.length === 0) return;
    let passed = 0;
    for (const mark of this.#marks) {
      if (mark.atByte > this.#takenBytes) break;
      this.#takenOrdinal = mark.ordinal;
      passed += 1;
    }
    if (passed > 0) this.#marks.splice(0, passed);
  }
}
