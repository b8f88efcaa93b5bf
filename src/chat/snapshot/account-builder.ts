import type { ByteReader } from '../commands/byte-reader.ts';
import { accountIndex } from '../ids.ts';
import type { ChatState } from '../state/chat-state.ts';
import { accountFact, keptFact } from '../state/facts.ts';
import { nameKey } from '../state/names.ts';
import { newAccount, type Account } from '../state/records.ts';
import type { MailPlacer } from './mail-placer.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Accounts and their mailboxes, from the items of a snapshot. */
export class AccountBuilder {
  readonly #state: ChatState;
  readonly #mail: MailPlacer;
  /** Whose mailbox is being filled. */
  #owner: Account | null = null;

  constructor(state: ChatState, mail: MailPlacer) {
    this.#state = state;
    this.#mail = mail;
  }

  account(reader: ByteReader): void {
    const { accounts, accountByNameKey, nameList, hash } = this.#state;
    const index = accountIndex(reader.whole());
    const name = reader.text();
    const account: Account = {
      ...newAccount(index, name, reader.optionalText()),
      credentialVersion: reader.whole(),
    };
    const isNew = accounts.get(index) === undefined && !accountByNameKey.has(nameKey(name));
    if (!isNew || index < 1 || index > nameList.length) {
      throw new SnapshotError(`account ${index} cannot be, or is in it twice`);
    }
    accounts.add(index, account);
    accountByNameKey.set(nameKey(name), index);
    nameList.fill(index - 1, name);
    hash.add(accountFact(account));
  }

  mailbox(reader: ByteReader): void {
    this.#owner = this.#mail.owner(reader.whole());
    if (this.#owner.mailbox.size > 0) throw new SnapshotError('a mailbox is in it twice');
  }

  kept(reader: ByteReader): void {
    if (this.#owner === null) throw new SnapshotError('a message is kept in no mailbox');
    const { index, mailbox } = this.#owner;
    let last = mailbox.last ?? 0;
    do {
      const id = this.#mail.place(reader);
      if (id <= last) throw new SnapshotError(`a mailbox is out of order at message ${id}`);
      mailbox.keep(id);
      last = id;
      this.#state.hash.add(keptFact(index, id));
    } while (reader.leftBytes > 0);
  }
}
