import type { AccountIndex, ClientKey } from '../ids.ts';
import type { ChatState } from './chat-state.ts';
import type { Account, Client, Connection } from './records.ts';

/** The client whose connection this is, if it still is. */
export function currentClient(
  state: ChatState,
  connection: Readonly<Connection> | undefined,
): Readonly<Client> | undefined {
  return connection?.standing.kind === 'current' ? state.clients.get(connection.standing.client) : undefined;
}

/** As whom this connection, or the client that it is of, is logged in. */
export function loginOf(state: ChatState, connection: Readonly<Connection> | undefined): AccountIndex | null {
  return loginThrough(currentClient(state, connection), connection);
}

/** The same of a connection and the client that it is of, if it is one's. */
export function loginThrough(
  client: Readonly<Client> | undefined,
  connection: Readonly<Connection> | undefined,
): AccountIndex | null {
  if (connection === undefined) return null;
  return connection.standing.kind === 'current' ? (client?.account ?? null) : connection.account;
}

/** The live connection that is logged in as this account: it is online exactly if there is one. */
export function onlineConnection(
  state: ChatState,
  account: Readonly<Account>,
): Readonly<Connection> | undefined {
  const { session } = account;
  if (session === null) return undefined;
  const at = session.kind === 'connection' ? session.at : state.clients.get(session.client)?.connection;
  return at === null || at === undefined ? undefined : state.connection(at);
}

/**
 * Which clients to forget first, to make room for `count`: idle ones before those that have a connection, those not
 * used for longest first.
 */
export function oldestClients(
  state: ChatState,
  among: Iterable<ClientKey>,
  count: number,
): readonly ClientKey[] {
  if (count <= 0) return [];
  const candidates = new Set(among);
  const chosen: ClientKey[] = [];
  // Nearly always one is wanted: picking the least is cheaper than sorting all.
  while (chosen.length < count) {
    const oldest = oldestOf(state, candidates);
    if (oldest === undefined) break;
    candidates.delete(oldest.key);
    chosen.push(oldest.key);
  }
  return chosen;
}

function oldestOf(state: ChatState, among: ReadonlySet<ClientKey>): Readonly<Client> | undefined {
  let oldest: Readonly<Client> | undefined;
  for (const key of among) {
    const client = state.clients.get(key);
    if (client !== undefined && (oldest === undefined || isOlder(client, oldest))) oldest = client;
  }
  return oldest;
}

function isOlder(a: Readonly<Client>, b: Readonly<Client>): boolean {
  const aIsIdle = a.connection === null;
  const bIsIdle = b.connection === null;
  return aIsIdle === bIsIdle ? a.lastUse < b.lastUse : aIsIdle;
}
