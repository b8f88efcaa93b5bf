import type { ChatLimits } from '../commands/limits.ts';
import type { BytesInPlace } from '../commands/text-in-place.ts';
import type { AccountIndex, ClientKey, MessageId, NodeId } from '../ids.ts';
import type { InFlightEntry } from './in-flight-queue.ts';
import type {
  Account,
  Client,
  Connection,
  ConnectionRef,
  Held,
  Remembered,
  Session,
  Standing,
} from './records.ts';
import { mixResult } from './result-digest.ts';
import { FactDigest } from './state-hash.ts';

/**
 * What the state consists of: everything that can make a difference to a later command is one of these facts, and
 * the state's hash is the sum of theirs. What can be derived from facts (counts, indexes) is none.
 */

/**
 * What a fact takes in memory besides the letters of its texts: its objects, and its places in tables and indexes. Measured
 * on states of a million messages, and rounded up. A message costs the same wherever it is, so that moving it never
 * makes the state larger.
 */
const BYTES = {
  account: 500,
  message: 100,
  connection: 400,
  client: 700,
  result: 130,
  held: 130,
  node: 20_000,
} as const;

/** Each function mixes its fact into this and returns it, to be added or removed at once. */
const scratch = new FactDigest();

/** The account itself and where it is logged in. */
export const accountFact = (it: Readonly<Account>): FactDigest => {
  scratch
    .begin(1, BYTES.account)
    .whole(it.index)
    .text(it.name)
    .optionalText(it.passwordHash)
    .whole(it.credentialVersion);
  return mixSession(it.session);
};

/** A message is stored: kept, in flight or held. The bytes are those of `encodeMessage`. */
export const messageFact = (id: MessageId, bytes: Uint8Array): FactDigest =>
  scratch.begin(2, BYTES.message).whole(id).raw(bytes);

/** The same of bytes of which the first `head` stand at `start`, and the others are copied behind them. */
export const messageFactCopied = (
  id: MessageId,
  to: DataView,
  start: number,
  head: number,
  rest: BytesInPlace,
): FactDigest => scratch.begin(2, BYTES.message).whole(id).rawCopied(to, start, head, rest);

/** The `bytes` of a message's fact. */
export const messageFactBytes = (length: number): number => BYTES.message + length;

/** A message is in an account's mailbox. */
export const keptFact = (account: AccountIndex, message: MessageId): FactDigest =>
  scratch.begin(3, 0).whole(account).whole(message);

/** A message is in flight to a connection. */
export const inFlightFact = (to: ConnectionRef, it: InFlightEntry): FactDigest =>
  scratch
    .begin(it.by === 'push' ? 4 : 5, 0)
    .text(to.node)
    .whole(to.number)
    .whole(it.ordinal)
    .whole(it.message)
    .whole(it.account);

export const connectionFact = (it: Readonly<Connection>): FactDigest => {
  scratch.begin(6, BYTES.connection).text(it.ref.node).whole(it.ref.number);
  scratch.whole(it.account ?? 0).optionalText(it.loggedOutBecause);
  return mixStanding(it.standing);
};

/** The last ordinal given to a connection. Apart from the connection's own fact because it changes with every push. */
export const ordinalFact = (it: Readonly<Connection>): FactDigest =>
  scratch.begin(7, 0).text(it.ref.node).whole(it.ref.number).whole(it.lastOrdinal);

export const clientFact = (it: Readonly<Client>): FactDigest => {
  scratch.begin(8, BYTES.client).text(it.key).whole(it.floor).whole(it.lastUse);
  scratch
    .whole(it.boundTo ?? 0)
    .whole(it.account ?? 0)
    .optionalText(it.loggedOutBecause);
  return mixConnectionRef(it.connection);
};

/** The remembered result of a client's numbered command. */
export const resultFact = (client: ClientKey, number: number, it: Remembered): FactDigest =>
  mixResult(scratch.begin(9, BYTES.result).text(client).whole(number).text(it.fingerprint), it.result);

/** Messages that a client collected under a number. */
export const heldFact = (client: ClientKey, number: number, it: Held): FactDigest => {
  scratch.begin(10, BYTES.held).text(client).whole(number).whole(it.account).whole(it.messages.length);
  for (const message of it.messages) scratch.whole(message);
  return scratch;
};

export const nodeFact = (node: NodeId, incarnation: number): FactDigest =>
  scratch.begin(11, BYTES.node).text(node).whole(incarnation);

export const limitsFact = (it: ChatLimits): FactDigest =>
  scratch
    .begin(12, 0)
    .whole(it.mailboxMessages)
    .whole(it.storedMessages)
    .whole(it.accounts)
    .whole(it.clientsPerAccount)
    .whole(it.clientsWithoutAccount)
    .whole(it.outstandingPerClient)
    .whole(it.stateBytes);

export const rulesFact = (version: number): FactDigest => scratch.begin(14, 0).whole(version);

/** How many accounts, messages and uses of clients there ever were: what the next ones are numbered by. */
export const countersFact = (accounts: number, messages: number, uses: number): FactDigest =>
  scratch.begin(13, 0).whole(accounts).whole(messages).whole(uses);

function mixSession(it: Session | null): FactDigest {
  if (it === null) return scratch.whole(0);
  return it.kind === 'client' ? scratch.whole(1).text(it.client) : mixConnectionRef(it.at);
}

function mixStanding(it: Standing): FactDigest {
  scratch.text(it.kind);
  return it.kind === 'current' ? scratch.text(it.client) : scratch;
}

function mixConnectionRef(it: ConnectionRef | null): FactDigest {
  return it === null ? scratch.whole(0) : scratch.whole(2).text(it.node).whole(it.number);
}
