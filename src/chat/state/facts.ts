import type { ChatLimits } from '../commands/limits.ts';
import type { Message } from '../commands/result.ts';
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

/** Each function mixes its fact into this and returns it, to be added or removed at once. */
const scratch = new FactDigest();

/** The account itself and where it is logged in. */
export const accountFact = (it: Readonly<Account>): FactDigest => {
  scratch.begin(1).whole(it.index).text(it.name).optionalText(it.passwordHash).whole(it.credentialVersion);
  return mixSession(it.session);
};

/** A message is stored: kept, in flight or held. */
export const messageFact = (it: Message): FactDigest =>
  scratch.begin(2).whole(it.id).whole(it.wallTimeMs).text(it.from).text(it.text);

/** A message is in an account's mailbox. */
export const keptFact = (account: AccountIndex, message: MessageId): FactDigest =>
  scratch.begin(3).whole(account).whole(message);

/** A message is in flight to a connection. */
export const inFlightFact = (to: ConnectionRef, it: InFlightEntry): FactDigest =>
  scratch
    .begin(it.by === 'push' ? 4 : 5)
    .text(to.node)
    .whole(to.number)
    .whole(it.ordinal)
    .whole(it.message)
    .whole(it.account);

export const connectionFact = (it: Readonly<Connection>): FactDigest => {
  scratch.begin(6).text(it.ref.node).whole(it.ref.number);
  scratch.whole(it.account ?? 0).optionalText(it.loggedOutBecause);
  return mixStanding(it.standing);
};

/** The last ordinal given to a connection. Apart from the connection's own fact because it changes with every push. */
export const ordinalFact = (it: Readonly<Connection>): FactDigest =>
  scratch.begin(7).text(it.ref.node).whole(it.ref.number).whole(it.lastOrdinal);

export const clientFact = (it: Readonly<Client>): FactDigest => {
  scratch.begin(8).text(it.key).whole(it.floor).whole(it.lastUse);
  scratch
    .whole(it.boundTo ?? 0)
    .whole(it.account ?? 0)
    .optionalText(it.loggedOutBecause);
  return mixConnectionRef(it.connection);
};

/** The remembered result of a client's numbered command. */
export const resultFact = (client: ClientKey, number: number, it: Remembered): FactDigest =>
  mixResult(scratch.begin(9).text(client).whole(number).text(it.fingerprint), it.result);

/** Messages that a client collected under a number. */
export const heldFact = (client: ClientKey, number: number, it: Held): FactDigest => {
  scratch.begin(10).text(client).whole(number).whole(it.account).whole(it.messages.length);
  for (const message of it.messages) scratch.whole(message);
  return scratch;
};

export const nodeFact = (node: NodeId, incarnation: number): FactDigest =>
  scratch.begin(11).text(node).whole(incarnation);

export const limitsFact = (it: ChatLimits): FactDigest =>
  scratch
    .begin(12)
    .whole(it.mailboxMessages)
    .whole(it.storedMessages)
    .whole(it.accounts)
    .whole(it.clientsPerAccount)
    .whole(it.clientsWithoutAccount)
    .whole(it.outstandingPerClient);

/** How many accounts, messages and uses of clients there ever were: what the next ones are numbered by. */
export const countersFact = (accounts: number, messages: number, uses: number): FactDigest =>
  scratch.begin(13).whole(accounts).whole(messages).whole(uses);

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
