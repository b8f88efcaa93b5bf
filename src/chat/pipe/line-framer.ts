import { GrowingBytes } from './growing-bytes.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
/** Enough of a line that cannot be read to find its tag: `#`, 64 characters, `|`. */
const HEAD_BYTES = 66;

/** Without state from line to line: one for all. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type FramedLine =
  /** `endedBy`: what told that the line was whole. Only a newline is certain. */
  | { readonly kind: 'line'; readonly text: string; readonly endedBy: 'newline' | 'pause' | 'end-of-input' }
  /** Longer than the limit. The rest of it, up to its newline, is skipped. */
  | { readonly kind: 'too-long'; readonly head: string }
  | { readonly kind: 'not-utf8'; readonly head: string };

/**
 * How a connection marks the end of a command. `guessing`: nothing is known yet. `unframed`: its first bytes came
 * without a newline, as the original client sends them. `framed`: a newline was seen, and from then on for good.
 */
export type Framing = 'guessing' | 'unframed' | 'framed';

export interface FramerOptions {
  /** Without the newline. */
  readonly maxLineBytes: number;
  /** Milliseconds of silence that end a command without a newline; 0: a newline ends a command, nothing else. */
  readonly unframedAfterMs: number;
}

/**
 * Bytes to lines. Pull `next` until it gives null; bytes that were not pulled wait, so that whoever reads slowly can stop
 * the socket by them. Holds at most one line's limit beside what was pushed and not yet pulled.
 */
export class LineFramer {
  readonly #options: FramerOptions;
  readonly #partial = new GrowingBytes();
  #chunks: Uint8Array[] = [];
  /** Whole lines that were decoded together, and where in them the next one begins. */
  #plain = '';
  #plainAt = 0;
  #framing: Framing;
  #skipping = false;
  #ended = false;
  #lastByteAtMs = 0;

  constructor(options: FramerOptions) {
    this.#options = options;
    this.#framing = options.unframedAfterMs > 0 ? 'guessing' : 'framed';
  }

  get framing(): Framing {
    return this.#framing;
  }

  /** Are there bytes that nobody has pulled yet? */
  get hasBacklog(): boolean {
    return (
      this.#chunks.length > 0 ||
      this.#plainAt < this.#plain.length ||
      (this.#ended && this.#partial.length > 0)
    );
  }

  /** Could `next` give anything? False for certain most of the time, and quickly seen. */
  get mayHaveLine(): boolean {
    return this.hasBacklog || (this.#framing !== 'framed' && (this.#partial.length > 0 || this.#skipping));
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** No more bytes will come: what is left without a newline is a last line. */
  end(): void {
    this.#ended = true;
  }

  /** Forgets everything that was not pulled. */
  discard(): void {
    this.#chunks = [];
    this.#plain = '';
    this.#plainAt = 0;
    this.#partial.clear();
    this.#skipping = false;
  }

  /** When the silence after the bytes so far will end a command (milliseconds of the caller's clock); null if it will not. */
  pauseEndsAtMs(): number | null {
    if (this.#framing === 'framed' || this.#chunks.length > 0) return null;
    return this.#partial.length > 0 || this.#skipping
      ? this.#lastByteAtMs + this.#options.unframedAfterMs
      : null;
  }

  /**
   * The next line that is whole, or null. `silentUntilMs`: nothing has come before this that was not pushed. Bytes that had to wait for
   * this call came, as far as silence goes, with it: while they wait nobody reads what follows them.
   */
  next(nowMs: number, silentUntilMs: number): FramedLine | null {
    if (this.#plainAt < this.#plain.length) return this.#nextPlain();
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      if (this.#takePlain(chunk)) return this.#nextPlain();
      const line = this.#scan(chunk);
      this.#lastByteAtMs = nowMs;
      if (line !== null) return line;
    }
    if (this.#ended) return this.#rest('end-of-input');
    const pauseEndsAtMs = this.pauseEndsAtMs();
    return pauseEndsAtMs !== null && silentUntilMs >= pauseEndsAtMs ? this.#rest('pause') : null;
  }

  /**
   * Decodes all whole lines of a chunk at once, if nothing stands before them and they are ASCII, so that characters
   * are bytes: which is nearly always, and spares each line its own decoding.
   */
  #takePlain(chunk: Uint8Array): boolean {
    if (this.#partial.length > 0 || this.#skipping) return false;
    const endsWithNewline = chunk[chunk.length - 1] === NEWLINE;
    const end = endsWithNewline ? chunk.length : chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) return false;
    const text = decodedOrNull(endsWithNewline ? chunk : chunk.subarray(0, end));
    if (text?.length !== end) return false;
    if (endsWithNewline) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(end);
    this.#framing = 'framed';
    this.#plain = text;
    this.#plainAt = 0;
    return true;
  }

  #nextPlain(): FramedLine {
    const start = this.#plainAt;
    const newline = this.#plain.indexOf('\n', start);
    const end =
      newline > start && this.#plain.charCodeAt(newline - 1) === CARRIAGE_RETURN ? newline - 1 : newline;
    const isTooLong = end - start > this.#options.maxLineBytes;
    const text = this.#plain.slice(start, isTooLong ? Math.min(end, start + HEAD_BYTES) : end);
    this.#plainAt = newline + 1;
    if (this.#plainAt === this.#plain.length) {
      this.#plain = '';
      this.#plainAt = 0;
    }
    return isTooLong ? { kind: 'too-long', head: text } : { kind: 'line', text, endedBy: 'newline' };
  }

  #scan(chunk: Uint8Array): FramedLine | null {
    const end = chunk.indexOf(NEWLINE);
    if (end === -1) {
      this.#chunks.shift();
      return this.#gather(chunk);
    }
    if (end + 1 === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(end + 1);
    this.#framing = 'framed';
    const piece = chunk.subarray(0, end);
    if (this.#skipping) {
      this.#skipping = false;
      return null;
    }
    if (this.#partial.length === 0) return this.#line(piece, 'newline');
    const overflow = this.#gather(piece);
    if (overflow !== null) {
      this.#skipping = false;
      return overflow;
    }
    return this.#takePartial('newline');
  }

  #gather(piece: Uint8Array): FramedLine | null {
    if (this.#skipping) return null;
    // One byte more than the limit: it may be the `\r` of a line that is just as long as it may be.
    if (this.#partial.length + piece.length <= this.#options.maxLineBytes + 1) {
      this.#partial.append(piece);
      return null;
    }
    const head = this.#partial.length > 0 ? this.#partial.view() : piece;
    const tooLong: FramedLine = { kind: 'too-long', head: asciiHead(head) };
    this.#partial.clear();
    this.#skipping = true;
    return tooLong;
  }

  #rest(endedBy: 'pause' | 'end-of-input'): FramedLine | null {
    if (this.#framing !== 'framed') this.#framing = 'unframed';
    this.#skipping = false;
    return this.#partial.length === 0 ? null : this.#takePartial(endedBy);
  }

  #takePartial(endedBy: 'newline' | 'pause' | 'end-of-input'): FramedLine {
    const line = this.#line(this.#partial.view(), endedBy);
    this.#partial.clear();
    return line;
  }

  #line(bytes: Uint8Array, endedBy: 'newline' | 'pause' | 'end-of-input'): FramedLine {
    const content = bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes;
    if (content.length > this.#options.maxLineBytes) return { kind: 'too-long', head: asciiHead(content) };
    const text = decodedOrNull(content);
    return text === null ? { kind: 'not-utf8', head: asciiHead(content) } : { kind: 'line', text, endedBy };
  }
}

function decodedOrNull(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

const asciiHead = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));
