import type { ReferenceState } from './reference-chat.ts';
import { goBack, pushMailbox, putBack } from './reference-mail.ts';
import type { RefClient, RefConnection } from './reference-state.ts';

/** Who is logged in where, in the model. */

export function connectionAt(state: ReferenceState, node: string, number: number): RefConnection {
  const key = `${node}/${number}`;
  const known = state.connections.get(key);
  if (known !== undefined) return known;
  const made: RefConnection = {
    key,
    node,
    number,
    standing: 'plain',
    client: null,
    account: null,
    lastOrdinal: 0,
    flight: [],
  };
  state.connections.set(key, made);
  return made;
}

export function clientOf(
  state: ReferenceState,
  connection: RefConnection | undefined,
): RefClient | undefined {
  return connection?.standing === 'client' && connection.client !== null
    ? state.clients.get(connection.client)
    : undefined;
}

export function loginOf(state: ReferenceState, connection: RefConnection | undefined): number | null {
  if (connection === undefined) return null;
  return connection.standing === 'client'
    ? (clientOf(state, connection)?.account ?? null)
    : connection.account;
}

export function endSession(state: ReferenceState, account: number): void {
  const owner = state.accounts.get(account);
  const session = owner?.session ?? null;
  if (owner === undefined || session === null) return;
  owner.session = null;
  const client = session.kind === 'client' ? state.clients.get(session.key) : undefined;
  if (client !== undefined) client.account = null;
  const at = session.kind === 'connection' ? session.at : (client?.connection ?? null);
  const connection = at === null ? undefined : state.connections.get(at);
  if (connection === undefined) return;
  if (session.kind === 'connection') connection.account = null;
  goBack(state, connection, (it) => it.by === 'push');
}

/** Logs the connection, or the program that it is of, in. */
export function logIn(state: ReferenceState, connection: RefConnection, account: number): void {
  const before = loginOf(state, connection);
  if (before === account) return;
  const client = clientOf(state, connection);
  if (before !== null) endSession(state, before);
  endSession(state, account);
  const owner = state.accounts.get(account);
  if (owner === undefined) return;
  if (client === undefined) {
    connection.account = account;
    owner.session = { kind: 'connection', at: connection.key };
    return;
  }
  if (client.boundTo !== account)
    makeRoom(state, (it) => it.boundTo === account, state.limits.clientsPerAccount);
  client.boundTo = account;
  client.account = account;
  owner.session = { kind: 'client', key: client.key };
  state.loginsOf(client.key).add(account);
  pushMailbox(state, account, connection.key, 'push');
}

/** Forgets the clients that are idle the longest, until one more has room. */
export function makeRoom(state: ReferenceState, among: (client: RefClient) => boolean, limit: number): void {
  const there = [...state.clients.values()].filter(among);
  const idle = (it: RefClient): number => (it.connection === null ? 0 : 1);
  there.sort((a, b) => idle(a) - idle(b) || a.lastUse - b.lastUse);
  for (const client of there.slice(0, Math.max(0, there.length + 1 - limit))) forgetClient(state, client);
}

function forgetClient(state: ReferenceState, client: RefClient): void {
  if (client.account !== null) endSession(state, client.account);
  for (const number of [...client.held.keys()].sort((a, b) => a - b)) {
    const held = client.held.get(number);
    client.held.delete(number);
    if (held !== undefined) putBack(state, held.account, held.messages);
  }
  leave(state, client.connection, 'forgotten');
  state.clients.delete(client.key);
}

/** The client is no longer at this connection. */
export function leave(state: ReferenceState, at: string | null, as: 'replaced' | 'forgotten'): void {
  const connection = at === null ? undefined : state.connections.get(at);
  if (connection === undefined) return;
  connection.standing = as;
  goBack(state, connection, (it) => it.by === 'push');
}

export function endConnection(state: ReferenceState, connection: RefConnection): void {
  const client = clientOf(state, connection);
  if (client !== undefined) {
    state.uses += 1;
    client.connection = null;
    client.lastUse = state.uses;
  }
  if (connection.account !== null) endSession(state, connection.account);
  goBack(state, connection, () => true);
  state.connections.delete(connection.key);
}
