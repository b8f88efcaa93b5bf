import type { ByteReader } from '../commands/byte-reader.ts';
import { accountIndex, messageId, type MessageId } from '../ids.ts';
import type { ChatState } from '../state/chat-state.ts';
import { checkMessage } from '../state/message-codec.ts';
import { nameKey } from '../state/names.ts';
import type { Account } from '../state/records.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Stores messages as they are found at their places, and finds the accounts that they and others belong to. */
export class MailPlacer {
  readonly #state: ChatState;

  constructor(state: ChatState) {
    this.#state = state;
  }

  /** Reads a message, which is the rest of an item, and stores it. One that is stored already has two places, which cannot be. */
  place(reader: ByteReader): MessageId {
    const { messages, hash } = this.#state;
    const id = messageId(reader.whole());
    const bytes = reader.rest();
    // What cannot be read must be found out now, and not when it is to be pushed.
    checkMessage(reader);
    if (id < 1 || id > messages.length || messages.has(id)) {
      throw new SnapshotError(`message ${id} cannot be, or is in it twice`);
    }
    hash.add(messages.fill(id, bytes));
    return id;
  }

  /** The account with this index, to be changed at once. */
  owner(index: number): Account {
    const account = this.#state.accounts.write(accountIndex(index));
    if (account === undefined) throw new SnapshotError(`it names account ${index}, which is not in it`);
    return account;
  }

  /** The same text: the account's own where it is an account's name, so that it is in memory once. */
  sharedName(text: string): string {
    const index = this.#state.accountByNameKey.get(nameKey(text));
    const name = index === undefined ? undefined : this.#state.accounts.get(index)?.name;
    return name === text ? name : text;
  }
}
