import { ByteReader } from '../commands/byte-reader.ts';
import { readLimits } from '../commands/limits-codec.ts';
import { nodeFact } from '../state/facts.ts';
import { ChatState } from '../state/chat-state.ts';
import { newNodeRecord } from '../state/records.ts';
import { nodeId } from '../../ordered-log/ids.ts';
import { AccountBuilder } from './account-builder.ts';
import { ClientBuilder } from './client-builder.ts';
import { ConnectionBuilder } from './connection-builder.ts';
import { FORMAT, FORMAT_1, ITEM } from './snapshot-format.ts';
import { MailPlacer } from './mail-placer.ts';
import { SnapshotError } from './snapshot-error.ts';

/** The kinds of items in the order of their sections. */
const SECTION: Readonly<Record<number, number>> = {
  [ITEM.head]: 0,
  [ITEM.account]: 1,
  [ITEM.messages]: 2,
  [ITEM.mailbox]: 3,
  [ITEM.kept]: 3,
  [ITEM.client]: 4,
  [ITEM.result]: 4,
  [ITEM.held]: 4,
  [ITEM.node]: 5,
  [ITEM.connection]: 5,
  [ITEM.inFlight]: 5,
  [ITEM.end]: 6,
};
const LAST_SECTION = 6;

/** Makes a state of the items of a snapshot, with everything that is derived from them. Throws for what cannot be. */
export class StateBuilder {
  readonly #state = new ChatState();
  readonly #reader = new ByteReader();
  readonly #checkRules: (version: number) => void;
  readonly #mail = new MailPlacer(this.#state);
  readonly #accounts: AccountBuilder;
  readonly #clients: ClientBuilder;
  readonly #connections: ConnectionBuilder;
  /** The section that is being read; -1 before the head. */
  #section = -1;
  #hash = '';

  constructor(checkRules: (version: number) => void) {
    this.#checkRules = checkRules;
    this.#accounts = new AccountBuilder(this.#state, this.#mail);
    this.#clients = new ClientBuilder(this.#state, this.#mail);
    this.#connections = new ConnectionBuilder(this.#state, this.#mail);
  }

  /** Takes the next item, which lies in these bytes from `start` to before `end`. Throws a `SnapshotError`, an `UnreadableBytesError`, or what `checkRules` throws. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const reader = this.#reader;
    reader.open(bytes, start, end);
    const kind = reader.byte();
    this.#enterSection(SECTION[kind] ?? -1);
    switch (kind) {
      case ITEM.head:
        this.#readHead(reader);
        break;
      case ITEM.account:
        this.#accounts.account(reader);
        break;
      case ITEM.messages:
        this.#mail.messages(reader);
        break;
      case ITEM.mailbox:
        this.#accounts.mailbox(reader);
        break;
      case ITEM.kept:
        this.#accounts.kept(reader);
        break;
      case ITEM.client:
        this.#clients.client(reader);
        break;
      case ITEM.result:
        this.#clients.result(reader);
        break;
      case ITEM.held:
        this.#clients.held(reader);
        break;
      case ITEM.node:
        this.#readNode(reader);
        break;
      case ITEM.connection:
        this.#connections.connection(reader);
        break;
      case ITEM.inFlight:
        this.#connections.inFlight(reader);
        break;
      default:
        // The end: what it says is that it is there.
        break;
    }
    reader.end();
  }

  /** The whole state. Throws a `SnapshotError` if it is not whole, or another one than was frozen. */
  built(): ChatState {
    if (this.#section !== LAST_SECTION) throw new SnapshotError('its end is missing');
    this.#mail.checkPlaces();
    const hash = this.#state.hashOfAll();
    if (hash !== this.#hash) {
      throw new SnapshotError(
        `it makes a state with the hash ${hash}, and was taken of one with ${this.#hash}`,
      );
    }
    return this.#state;
  }

  #enterSection(section: number): void {
    const isFirst = this.#section === -1;
    const isOnlyOne = section === 0 || section === LAST_SECTION;
    if (section < this.#section || isFirst !== (section === 0) || (isOnlyOne && section === this.#section)) {
      throw new SnapshotError('an item is of an unknown kind, or not in its place');
    }
    if (section > this.#section) this.#clients.finishResult();
    this.#section = section;
  }

  #readHead(reader: ByteReader): void {
    const format = reader.byte();
    if (format !== FORMAT && format !== FORMAT_1) {
      throw new SnapshotError(
        `its format is ${format}, and this program reads formats ${FORMAT_1} and ${FORMAT}`,
      );
    }
    this.#mail.expect(format);
    const rules = reader.whole();
    this.#checkRules(rules);
    const state = this.#state;
    state.rules = rules;
    state.limits = readLimits(reader);
    state.nameList.extendTo(reader.whole());
    state.messages.extendTo(reader.whole());
    state.clientUses = reader.whole();
    this.#hash = reader.text();
  }

  #readNode(reader: ByteReader): void {
    const node = nodeId(reader.text());
    const incarnation = reader.whole();
    const { nodes, hash } = this.#state;
    if (nodes.has(node)) throw new SnapshotError(`the node ${node} is in it twice`);
    nodes.set(node, newNodeRecord(incarnation));
    hash.add(nodeFact(node, incarnation));
    this.#connections.node(node);
  }
}
