import type { ChatLimits } from '../commands/limits.ts';
import {
  accountIndex,
  messageId,
  type AccountIndex,
  type ClientKey,
  type MessageId,
  type NodeId,
} from '../ids.ts';
import { ChunkedList } from './chunked-list.ts';
import { CowMap } from './cow-map.ts';
import {
  accountFact,
  clientFact,
  connectionFact,
  countersFact,
  limitsFact,
  ordinalFact,
  rulesFact,
} from './facts.ts';
import type { FrozenState } from './frozen-state.ts';
import { MessageStore } from './message-store.ts';
import { RecordTable } from './record-table.ts';
import {
  copyAccount,
  copyClient,
  newConnection,
  type Account,
  type Client,
  type Connection,
  type ConnectionRef,
  type NodeRecord,
} from './records.ts';
import { StateHash } from './state-hash.ts';

/** Before the founding nothing is allowed. */
const NO_LIMITS: ChatLimits = {
  mailboxMessages: 0,
  storedMessages: 0,
  accounts: 0,
  clientsPerAccount: 0,
  clientsWithoutAccount: 0,
  outstandingPerClient: 0,
  stateBytes: 0,
};

/**
 * The tables of the chat, and the hash of the facts in them. Only the functions that carry out a `Change` change them;
 * whatever adds or takes away a fact tells the hash.
 */
export class ChatState {
  limits = NO_LIMITS;
  /** The version of the rules by which commands are decided. */
  rules = 1;
  readonly hash = new StateHash();
  readonly accounts = new RecordTable<AccountIndex, Account>(copyAccount);
  /** Accounts by the key of their name. Their IDs need no index: an ID is a name with three digits behind it. */
  readonly accountByNameKey = new CowMap<string, AccountIndex>();
  /** No part of the state, but what saves looking up its accounts by key: under what they were found lately. Bounded by who fills it. */
  readonly calledLately = new Map<string, AccountIndex>();
  /** Names in order of creation, an account's at the place of its index less one. */
  readonly nameList = new ChunkedList<string>();
  readonly messages = new MessageStore();
  readonly clients = new RecordTable<ClientKey, Client>(copyClient);
  /** The clients that are bound to no account, in no particular order. */
  readonly unboundClients = new Set<ClientKey>();
  readonly nodes = new Map<NodeId, NodeRecord>();
  /** A hint, and no part of the state: nodes with a connection that was touched since somebody asked. */
  readonly concerned = new Set<NodeId>();
  /** Counts the uses of clients, so that they can be told apart by age. */
  clientUses = 0;

  get nextAccount(): AccountIndex {
    return accountIndex(this.nameList.length + 1);
  }

  get nextMessage(): MessageId {
    return messageId(this.messages.length + 1);
  }

  connection(ref: ConnectionRef): Readonly<Connection> | undefined {
    return this.nodes.get(ref.node)?.connections.get(ref.number);
  }

  writeConnection(ref: ConnectionRef): Connection | undefined {
    return this.nodes.get(ref.node)?.connections.write(ref.number);
  }

  /** The view of this connection may have changed. */
  touch(ref: ConnectionRef): void {
    this.nodes.get(ref.node)?.touched.add(ref.number);
    this.concerned.add(ref.node);
  }

  alterAccount(index: AccountIndex, alter: (account: Account) => void): void {
    const account = this.accounts.write(index);
    if (account === undefined) return;
    this.hash.remove(accountFact(account));
    alter(account);
    this.hash.add(accountFact(account));
  }

  alterClient(key: ClientKey, alter: (client: Client) => void): void {
    const client = this.clients.write(key);
    if (client === undefined) return;
    this.hash.remove(clientFact(client));
    alter(client);
    this.hash.add(clientFact(client));
  }

  /** Alters a connection's standing and login, and touches it. A connection that the state has not met before begins here. */
  alterConnection(ref: ConnectionRef, alter: (connection: Connection) => void): void {
    const connection = this.writeConnection(ref) ?? this.#beginConnection(ref);
    if (connection === undefined) return;
    this.hash.remove(connectionFact(connection));
    alter(connection);
    this.hash.add(connectionFact(connection));
    this.touch(ref);
  }

  /** Sixteen hex digits: the maintained sum, and what is cheaper to mix in here than to keep in step. */
  hashOfAll(): string {
    return withScalars(this.hash, {
      rules: this.rules,
      limits: this.limits,
      accountsEver: this.nameList.length,
      messagesEver: this.messages.length,
      clientUses: this.clientUses,
    });
  }

  /** What all of this takes in memory, nearly: reckoned from the facts, so it is the same on every replica. */
  get bytes(): number {
    return this.hash.bytes + this.messages.chunkBytes + this.nameList.chunkBytes;
  }

  /** The state as it is now. Later changes do not show in it, and copy only what they touch. */
  freeze(): FrozenState {
    return {
      hash: this.hashOfAll(),
      rules: this.rules,
      limits: this.limits,
      accounts: this.accounts.freeze(),
      nameList: this.nameList.freeze(),
      messages: this.messages.freeze(),
      clients: this.clients.freeze(),
      nodes: Array.from(this.nodes, ([node, { incarnation, connections }]) => ({
        node,
        incarnation,
        connections: connections.freeze(),
      })),
      clientUses: this.clientUses,
    };
  }

  #beginConnection(ref: ConnectionRef): Connection | undefined {
    const connections = this.nodes.get(ref.node)?.connections;
    if (connections === undefined) return undefined;
    const connection = newConnection(ref);
    connections.add(ref.number, connection);
    this.hash.add(connectionFact(connection));
    this.hash.add(ordinalFact(connection));
    return connection;
  }
}

/** What the hash covers besides the facts that are summed. */
export interface Scalars {
  readonly rules: number;
  readonly limits: ChatLimits;
  readonly accountsEver: number;
  readonly messagesEver: number;
  readonly clientUses: number;
}

/** The hash of all facts, given the sum of those that are summed. */
export function withScalars(sum: StateHash, it: Scalars): string {
  const hash = sum.copy();
  hash.add(rulesFact(it.rules));
  hash.add(limitsFact(it.limits));
  hash.add(countersFact(it.accountsEver, it.messagesEver, it.clientUses));
  return hash.toHex();
}
