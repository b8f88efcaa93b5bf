import type { MessageId } from '../ids.ts';

/** IDs in a chunk. A list in one piece would be copied whenever it has outgrown its place, by all at once of those that grow alike. */
const CHUNK = 256;
/** Most mailboxes are empty: they share these, and they stay empty. */
const NO_CHUNKS: readonly (readonly MessageId[])[] = [];
const NO_TAIL: MessageId[] = [];

/**
 * The messages kept for one account, always in the order of their IDs. A copy shares what is there with the one that it was made of, for
 * each looks no further than its own size: whoever is first to grow goes on with the tail, the other takes a new one.
 */
export class Mailbox {
  /** Whole chunks, never changed. */
  #chunks = NO_CHUNKS;
  /** What does not fill a chunk yet: as many of these as are its own. */
  #tail = NO_TAIL;
  #tailSize = 0;

  get size(): number {
    return this.#chunks.length * CHUNK + this.#tailSize;
  }

  /** The newest message; undefined if there is none. */
  get last(): MessageId | undefined {
    return this.#tailSize > 0 ? this.#tail[this.#tailSize - 1] : this.#chunks.at(-1)?.at(-1);
  }

  /** Puts a new message at the end. */
  keep(id: MessageId): void {
    if (this.#tail === NO_TAIL || this.#tail.length !== this.#tailSize)
      this.#tail = this.#tail.slice(0, this.#tailSize);
    this.#tail.push(id);
    this.#tailSize += 1;
    if (this.#tailSize < CHUNK) return;
    this.#chunks = [...this.#chunks, this.#tail];
    this.#tail = NO_TAIL;
    this.#tailSize = 0;
  }

  /** Puts messages back at their old places. Takes the time of those that are behind the first of them, and of a chunk. */
  putBack(ids: readonly MessageId[]): void {
    const sorted = ids.toSorted((a, b) => a - b);
    const [first = Infinity] = sorted;
    let whole = this.#chunks.length;
    while (whole > 0 && (this.#chunks[whole - 1]?.at(-1) ?? 0) > first) whole -= 1;
    const behind = this.#takeFrom(whole);
    for (const id of [...behind, ...sorted].sort((a, b) => a - b)) this.keep(id);
  }

  /** Empties it. */
  takeAll(): readonly MessageId[] {
    return this.#takeFrom(0);
  }

  copy(): Mailbox {
    const copy = new Mailbox();
    copy.#chunks = this.#chunks;
    copy.#tail = this.#tail;
    copy.#tailSize = this.#tailSize;
    return copy;
  }

  /** Takes out all but so many whole chunks. */
  #takeFrom(whole: number): readonly MessageId[] {
    const taken = [...this.#chunks.slice(whole).flat(), ...this.#tail.slice(0, this.#tailSize)];
    this.#chunks = whole === 0 ? NO_CHUNKS : this.#chunks.slice(0, whole);
    this.#tail = NO_TAIL;
    this.#tailSize = 0;
    return taken;
  }

  *[Symbol.iterator](): Generator<MessageId> {
    for (const chunk of this.#chunks) yield* chunk;
    yield* this.#tail.slice(0, this.#tailSize);
  }
}
