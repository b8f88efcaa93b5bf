import type { MessageId } from '../ids.ts';

/** The messages kept for one account, always in the order of their IDs. */
export class Mailbox {
  #ids: MessageId[];

  constructor(ids: MessageId[] = []) {
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
    this.#ids.push(id);
  }

  /** Puts messages back at their old places. */
  putBack(ids: readonly MessageId[]): void {
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
    this.#ids = [];
    return ids;
  }

  copy(): Mailbox {
    return new Mailbox(this.#ids.slice());
  }
}
