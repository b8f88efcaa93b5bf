import { asciiOnly } from '../../chat/pipe/ascii.ts';

const encoder = new TextEncoder();

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

  /** Bytes that were written, or will be, and that the socket has not taken. Of text not yet encoded, its characters. */
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

  /** Everything that was gathered, as one piece of bytes to write; null if there is nothing. */
  takeBytes(characters: 'all' | 'ascii-only', nowMs: number): Uint8Array | null {
    if (this.#abandoned) return null;
    let bytes: Uint8Array | null = null;
    if (this.#gathered !== '') {
      bytes = encoder.encode(characters === 'all' ? this.#gathered : asciiOnly(this.#gathered));
      if (this.#writtenBytes === this.#takenBytes) this.#lastProgressAtMs = nowMs;
      this.#gathered = '';
      this.#writtenBytes += bytes.length;
    }
    if (this.#gatheredOrdinal > this.#markedOrdinal) {
      this.#markedOrdinal = this.#gatheredOrdinal;
      this.#marks.push({ atByte: this.#writtenBytes, ordinal: this.#gatheredOrdinal });
      this.#passMarks();
    }
    return bytes;
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
    let passed = 0;
    for (const mark of this.#marks) {
      if (mark.atByte > this.#takenBytes) break;
      this.#takenOrdinal = mark.ordinal;
      passed += 1;
    }
    if (passed > 0) this.#marks.splice(0, passed);
  }
}
