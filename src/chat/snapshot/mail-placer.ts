import type { ByteReader } from '../commands/byte-reader.ts';
import type { BytesInPlace } from '../commands/text-in-place.ts';
import { accountIndex, messageId, type MessageId } from '../ids.ts';
import type { ChatState } from '../state/chat-state.ts';
import { checkMessage } from '../state/message-codec.ts';
import { nameKey } from '../state/names.ts';
import type { Account } from '../state/records.ts';
import { SnapshotError } from './snapshot-error.ts';
import { FORMAT_1 } from './snapshot-format.ts';

/** Stores the messages of a snapshot, counts the places where they are kept or held, and finds the accounts that these belong to. */
export class MailPlacer {
  readonly #state: ChatState;
  /** How many messages a place has been found for. */
  #placed = 0;
  /** As in format 1: a place brings its message along. */
  #placesBringMessages = false;

  constructor(state: ChatState) {
    this.#state = state;
  }

  /** What follows is as this format has it. */
  expect(format: number): void {
    this.#placesBringMessages = format === FORMAT_1;
  }

  /** Reads messages up to the end of the item, and stores them. */
  messages(reader: ByteReader): void {
    do this.#store(messageId(reader.whole()), reader.part(reader.whole()));
    while (reader.leftBytes > 0);
  }

  /** Reads which message is at a place. */
  place(reader: ByteReader): MessageId {
    const id = messageId(reader.whole());
    this.#placed += 1;
    if (this.#placesBringMessages) this.#store(id, reader.part(reader.leftBytes));
    return id;
  }

  /**
   * Throws unless there are as many places as messages. That each message is at one of them the state's hash tells: to look up every
   * message when its place is read would take longer than all else.
   */
  checkPlaces(): void {
    const { live } = this.#state.messages;
    if (live !== this.#placed)
      throw new SnapshotError(`${live} messages are in it, and ${this.#placed} places for them`);
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

  #store(id: MessageId, bytes: BytesInPlace): void {
    const { messages, hash } = this.#state;
    // That its texts are those that were once taken in, and so are UTF-8, the state's hash tells: to look at each byte once more took a tenth of a start.
    checkMessage(bytes);
    if (id < 1 || id > messages.length || messages.has(id)) {
      throw new SnapshotError(`message ${id} cannot be, or is in it twice`);
    }
    hash.add(messages.fill(id, bytes));
  }
}
