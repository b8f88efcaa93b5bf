import type { AccountIndex, ClientKey } from '../ids.ts';
import { flushMailbox, returnAll, returnPushes } from './change-mail.ts';
import type { ChatState } from './chat-state.ts';
import { connectionFact, ordinalFact } from './facts.ts';
import { currentClient } from './logins.ts';
import type { ConnectionRef, LoggedOutBecause } from './records.ts';

export function beginSession(state: ChatState, account: AccountIndex, at: ConnectionRef): void {
  const client = currentClient(state, state.connection(at));
  if (client === undefined) {
    state.alterConnection(at, (it) => {
      it.account = account;
      it.loggedOutBecause = null;
    });
    state.alterAccount(account, (it) => {
      it.session = { kind: 'connection', at };
    });
    return;
  }
  bindClient(state, client.key, account);
  state.alterClient(client.key, (it) => {
    it.account = account;
    it.loggedOutBecause = null;
  });
  state.alterAccount(account, (it) => {
    it.session = { kind: 'client', client: client.key };
  });
  state.touch(at);
  flushMailbox(state, account, at, 'push');
}

export function endSession(state: ChatState, account: AccountIndex, because: LoggedOutBecause): void {
  const session = state.accounts.get(account)?.session ?? null;
  if (session === null) return;
  // First, so that what goes back to the mailbox stays there.
  state.alterAccount(account, (it) => {
    it.session = null;
  });
  if (session.kind === 'connection') {
    state.alterConnection(session.at, (it) => {
      it.account = null;
      it.loggedOutBecause = because;
    });
    returnPushes(state, session.at);
    return;
  }
  state.alterClient(session.client, (it) => {
    it.account = null;
    it.loggedOutBecause = because;
  });
  const at = state.clients.get(session.client)?.connection ?? null;
  if (at === null) return;
  state.touch(at);
  returnPushes(state, at);
}

/** The connection is over, and leaves the state. A client keeps its login without it. */
export function endConnection(state: ChatState, at: ConnectionRef): void {
  const connection = state.connection(at);
  if (connection === undefined) return;
  const client = currentClient(state, connection);
  if (client !== undefined) detachClient(state, client.key);
  if (connection.account !== null) endSession(state, connection.account, null);
  returnAll(state, at);
  removeConnection(state, at);
}

/** The client's connection is over: it is idle from now on. */
function detachClient(state: ChatState, key: ClientKey): void {
  state.clientUses += 1;
  state.alterClient(key, (it) => {
    it.connection = null;
    it.lastUse = state.clientUses;
  });
}

function removeConnection(state: ChatState, at: ConnectionRef): void {
  const node = state.nodes.get(at.node);
  const connection = node?.connections.get(at.number);
  if (node === undefined || connection === undefined) return;
  state.hash.remove(connectionFact(connection));
  state.hash.remove(ordinalFact(connection));
  node.connections.remove(at.number);
  node.touched.delete(at.number);
}

/** Makes the client one of this account's, or of nobody's, and no longer of whose it was. */
export function bindClient(state: ChatState, key: ClientKey, to: AccountIndex | null): void {
  const from = state.clients.get(key)?.boundTo ?? null;
  if (from === to) return;
  leaveAccount(state, key, from);
  state.alterClient(key, (it) => {
    it.boundTo = to;
  });
  if (to === null) {
    state.unboundClients.add(key);
    return;
  }
  state.unboundClients.delete(key);
  const account = state.accounts.write(to);
  if (account !== undefined) account.clients = [...account.clients, key];
}

/** Takes the client out of the list of clients that it is in. */
export function leaveAccount(state: ChatState, key: ClientKey, from: AccountIndex | null): void {
  const account = from === null ? undefined : state.accounts.write(from);
  if (account !== undefined) account.clients = account.clients.filter((it) => it !== key);
}
