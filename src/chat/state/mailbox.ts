import type { MessageId } from '../ids.ts';

/** Most mailboxes are empty: they share this one, and it stays empty. */
const NONE: MessageId[] = [];

/** The messages kept for one account, always in the order of their IDs. */
export class Mailbox {
  #ids: MessageId[];

  constructor(ids: MessageId[] = NONE) {
    this.#ids = ids;
  }

  get size(): number {
    return this.#ids.length;
  }

  get ids(): readonly MessageId[] {
    return this.#ids;
  }

  /** Puts a new message at the end. */
  keep(id: MessageId): void {
    if (this.#ids === NONE) this.#ids = [id];
    else this.#ids.push(id);
  }

  /** Puts messages back at their old places. */
  putBack(ids: readonly MessageId[]): void {
    if (this.#ids === NONE) this.#ids = [];
    let last = this.#ids.at(-1) ?? 0;
    let inOrder = true;
    for (const id of ids) {
      inOrder &&= id > last;
      last = id;
      this.#ids.push(id);
    }
    if (!inOrder) this.#ids.sort((a, b) => a - b);
  }

  /** Empties it. */
  takeAll(): readonly MessageId[] {
    const ids = this.#ids;
    this.#ids = NONE;
    return ids;
  }

  copy(): Mailbox {
    return new Mailbox(this.#ids === NONE ? NONE : this.#ids.slice());
  }
}
