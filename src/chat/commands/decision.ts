import type { AccountIndex } from '../ids.ts';
import type { Change } from '../state/change.ts';
import type { ChatState } from '../state/chat-state.ts';
import { currentClient, loginThrough } from '../state/logins.ts';
import type { Client, Connection, ConnectionRef } from '../state/records.ts';
import type { ClientRequest } from './command.ts';
import type { ChatResult } from './result.ts';

/** What a command comes to: its result, and what is changed, in this order. */
export interface Decision {
  readonly result: ChatResult;
  readonly changes: readonly Change[];
}

/** Where a command comes from, as the state knows it. */
export interface Origin {
  readonly at: ConnectionRef;
  /** Undefined until it has logged in, collected or said hello. */
  readonly connection: Readonly<Connection> | undefined;
  /** The client whose connection it is, if it still is. */
  readonly client: Readonly<Client> | undefined;
  /** As whom it, or its client, is logged in. */
  readonly login: AccountIndex | null;
  readonly request: ClientRequest | null;
}

const NOTHING: readonly Change[] = [];

/** The result of a command that changes nothing. */
export const changeNothing = (result: ChatResult): Decision => ({ result, changes: NOTHING });

export function originOf(state: ChatState, ref: ConnectionRef, request: ClientRequest | null): Origin {
  const connection = state.connection(ref);
  const client = currentClient(state, connection);
  const login = loginThrough(client, connection);
  return { at: connection?.ref ?? ref, connection, client, login, request };
}

/** Whether this connection may read and delete the account: it is logged in as it, or the account is open to whoever knows its ID. */
export const mayUse = (
  from: Origin,
  account: { readonly index: AccountIndex; readonly passwordHash: string | null },
): boolean => account.passwordHash === null || from.login === account.index;
