import type { ChatResult } from '../commands/result.ts';
import type { AccountIndex, ClientKey, ConnectionNumber, MessageId, NodeId } from '../ids.ts';
import { InFlightQueue } from './in-flight-queue.ts';
import { Mailbox } from './mailbox.ts';
import { RecordTable, type TableRecord } from './record-table.ts';

/** Records name each other by key, never by reference: a record may be copied when it is changed. */

export type LoggedOutBecause = 'elsewhere' | 'deleted' | null;

/** A connection of its node's current incarnation: the state knows no others. */
export interface ConnectionRef {
  readonly node: NodeId;
  readonly number: ConnectionNumber;
}

/** Who an account is logged in at. A client keeps its login while it has no connection. */
export type Session =
  | { readonly kind: 'connection'; readonly at: ConnectionRef }
  | { readonly kind: 'client'; readonly client: ClientKey };

export interface Account extends TableRecord {
  readonly index: AccountIndex;
  readonly name: string;
  /** null: an open account. */
  readonly passwordHash: string | null;
  readonly credentialVersion: number;
  readonly mailbox: Mailbox;
  /** How many of its messages are in flight to connections or held by clients' results. */
  outstanding: number;
  session: Session | null;
  /** The clients that are bound to it, in no particular order. */
  clients: readonly ClientKey[];
}

/** What a connection is to protocol part 2. */
export type Standing =
  | { readonly kind: 'none' }
  | { readonly kind: 'current'; readonly client: ClientKey }
  /** Its client has moved to another connection. */
  | { readonly kind: 'replaced' }
  /** Its client was forgotten to make room. */
  | { readonly kind: 'forgotten' }
  /** It said hello for a client that nobody knows. */
  | { readonly kind: 'expired' };

export interface Connection extends TableRecord {
  readonly ref: ConnectionRef;
  standing: Standing;
  /** As whom it is logged in itself. A client's connection is not: its client is. */
  account: AccountIndex | null;
  loggedOutBecause: LoggedOutBecause;
  /** The last ordinal that was given. */
  lastOrdinal: number;
  readonly inFlight: InFlightQueue;
}

/** The result of a numbered command, and which command it was. That of a `collected` one is kept without its messages, which are held. */
export interface Remembered {
  readonly fingerprint: string;
  readonly result: ChatResult;
}

/** Collected under a number: delivered when the floor has passed that number, for then its reply was received. */
export interface Held {
  readonly account: AccountIndex;
  readonly messages: readonly MessageId[];
}

export interface Client extends TableRecord {
  readonly key: ClientKey;
  floor: number;
  /** The account that it last logged in to: whose bounded number of clients it counts in. */
  boundTo: AccountIndex | null;
  /** The account that it is logged in as: the same one, or none. */
  account: AccountIndex | null;
  loggedOutBecause: LoggedOutBecause;
  connection: ConnectionRef | null;
  /** The place of its last hello, or of its connection's end, in a count of these. Never shared by two clients. */
  lastUse: number;
  readonly results: Map<number, Remembered>;
  readonly held: Map<number, Held>;
}

/** What a node has in the state. */
export interface NodeRecord {
  readonly incarnation: number;
  readonly connections: RecordTable<ConnectionNumber, Connection>;
  /** A hint for the node itself; no part of the state. Names living connections only. */
  readonly touched: Set<ConnectionNumber>;
}

/** One list for all: most accounts have none. */
const NO_CLIENTS: readonly ClientKey[] = [];

export const newAccount = (index: AccountIndex, name: string, passwordHash: string | null): Account => ({
  version: 0,
  index,
  name,
  passwordHash,
  credentialVersion: 1,
  mailbox: new Mailbox(),
  outstanding: 0,
  session: null,
  clients: NO_CLIENTS,
});

export const newConnection = (ref: ConnectionRef): Connection => ({
  version: 0,
  ref,
  standing: { kind: 'none' },
  account: null,
  loggedOutBecause: null,
  lastOrdinal: 0,
  inFlight: new InFlightQueue(),
});

export const newClient = (key: ClientKey): Client => ({
  version: 0,
  key,
  floor: 1,
  boundTo: null,
  account: null,
  loggedOutBecause: null,
  connection: null,
  lastUse: 0,
  results: new Map(),
  held: new Map(),
});

export const newNodeRecord = (incarnation: number): NodeRecord => ({
  incarnation,
  connections: new RecordTable(copyConnection),
  touched: new Set(),
});

export const copyAccount = (it: Readonly<Account>): Account => ({ ...it, mailbox: it.mailbox.copy() });
export const copyConnection = (it: Readonly<Connection>): Connection => ({
  ...it,
  inFlight: it.inFlight.copy(),
});
export const copyClient = (it: Readonly<Client>): Client => ({
  ...it,
  results: new Map(it.results),
  held: new Map(it.held),
});

export const sameConnection = (a: ConnectionRef | null, b: ConnectionRef): boolean =>
  a !== null && a.number === b.number && a.node === b.node;
