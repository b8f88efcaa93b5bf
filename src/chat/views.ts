import type { ClientRequest } from './commands/command.ts';
import type { ChatResult, Message } from './commands/result.ts';
import type { AccountIndex, ClientKey, ConnectionNumber, NodeId } from './ids.ts';

/** What a node may read of the chat state to serve its own connections. Everything here is derived from the state. */
export interface ChatViews {
  /** The connection as the state has it; undefined if it has never logged in or said hello, or is over. */
  connection(node: NodeId, connection: ConnectionNumber): ConnectionView | undefined;
  /**
   * Connections of this node's current incarnation whose view may have changed since the last call. A hint that saves
   * looking at all of them; after a snapshot it names all. What the node itself reported as delivered or acknowledged is no reason to name one.
   */
  takeTouched(node: NodeId): readonly ConnectionNumber[];
  /** The client (protocol part 2) whose connection this is, if it is one's. */
  clientAt(node: NodeId, connection: ConnectionNumber): ClientKey | undefined;
  /**
   * The result of a client's numbered command as it is remembered, if that very command has taken effect: for a node that did
   * not see it being applied, because its replica jumped ahead.
   */
  remembered(client: ClientKey, request: ClientRequest): ChatResult | undefined;
  /** The account that has this ID (`wayne123`), without regard to case: what is needed to check a password. */
  credentialById(id: string): CredentialView | undefined;
  /** A frozen version of all names in order of creation: stays as it is while `apply` goes on. */
  freezeNames(): FrozenNames;
  counts(): {
    readonly accounts: number;
    readonly messages: number;
    readonly connections: number;
    readonly clients: number;
  };
  /** What the state takes in memory, as all replicas reckon it, and at how much nothing new is stored. */
  room(): { readonly usedBytes: number; readonly limitBytes: number };
}

export interface ConnectionView {
  /** Who it is logged in as. */
  readonly account: { readonly index: AccountIndex; readonly name: string } | null;
  /** Why it is no longer logged in, if it was and it did not ask for that. */
  readonly loggedOutBecause: 'elsewhere' | 'deleted' | null;
  /** `current`: it is a client's connection. `replaced`: it was, and the client has moved on. */
  readonly client: 'none' | 'current' | 'replaced';
  /** In flight with an ordinal above the given one, in order; at most `max`. Those of a `collect` are marked: their reply carries them. What a client collects is held by its numbered result, and not among these. */
  inFlightAfter(ordinal: number, max: number): readonly InFlight[];
}

export interface InFlight {
  /** Counts what was ever in flight to this connection, from 1. */
  readonly ordinal: number;
  readonly by: 'push' | 'collect';
  readonly message: Message;
}

export interface CredentialView {
  readonly account: AccountIndex;
  readonly credentialVersion: number;
  /** null: an open account. */
  readonly passwordHash: string | null;
}

export interface FrozenNames {
  /** Including places of deleted accounts. */
  readonly length: number;
  /** The name at a place, or undefined where the account was deleted. */
  at(place: number): string | undefined;
}
