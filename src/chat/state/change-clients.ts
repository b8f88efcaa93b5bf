import type { ClientKey } from '../ids.ts';
import { deliverHeld, flushMailbox, returnHeld, returnPushes } from './change-mail.ts';
import { endSession, leaveAccount } from './change-sessions.ts';
import type { ChatState } from './chat-state.ts';
import { clientFact, resultFact } from './facts.ts';
import { newClient, sameConnection, type ConnectionRef, type Remembered } from './records.ts';

export function createClient(state: ChatState, key: ClientKey): void {
  if (state.clients.get(key) !== undefined) return;
  const client = newClient(key);
  state.clients.add(key, client);
  state.unboundClients.add(key);
  state.hash.add(clientFact(client));
}

/** The client, its login and what it has not acknowledged move to this connection. */
export function moveClient(state: ChatState, key: ClientKey, to: ConnectionRef): void {
  const from = state.clients.get(key)?.connection ?? null;
  state.clientUses += 1;
  if (sameConnection(from, to)) {
    state.alterClient(key, (it) => {
      it.lastUse = state.clientUses;
    });
    return;
  }
  // Nowhere in between, so that what comes back from the old connection waits for the new one.
  state.alterClient(key, (it) => {
    it.connection = null;
    it.lastUse = state.clientUses;
  });
  if (from !== null) leaveConnection(state, from, 'replaced');
  state.alterConnection(to, (it) => {
    it.standing = { kind: 'current', client: key };
    it.loggedOutBecause = null;
  });
  state.alterClient(key, (it) => {
    it.connection = to;
  });
  const account = state.clients.get(key)?.account ?? null;
  if (account !== null) flushMailbox(state, account, to, 'push');
}

/** Nothing is left of the client but its connection, to which it is told. */
export function forgetClient(state: ChatState, key: ClientKey): void {
  const client = state.clients.get(key);
  if (client === undefined) return;
  if (client.account !== null) endSession(state, client.account, null);
  for (const number of [...client.held.keys()].sort((a, b) => a - b)) returnHeld(state, key, number);
  const left = state.clients.get(key) ?? client;
  if (left.connection !== null) leaveConnection(state, left.connection, 'forgotten');
  for (const [number, remembered] of left.results) state.hash.remove(resultFact(key, number, remembered));
  state.hash.remove(clientFact(left));
  leaveAccount(state, key, left.boundTo);
  state.unboundClients.delete(key);
  state.clients.remove(key);
}

export function raiseFloor(state: ChatState, key: ClientKey, floor: number): void {
  const before = state.clients.get(key)?.floor;
  if (before === undefined || floor <= before) return;
  state.alterClient(key, (it) => {
    it.floor = floor;
  });
  const client = state.clients.write(key);
  if (client === undefined) return;
  for (const [number, remembered] of client.results) {
    if (number >= floor) continue;
    client.results.delete(number);
    state.hash.remove(resultFact(key, number, remembered));
  }
  for (const number of client.held.keys()) {
    if (number < floor) deliverHeld(state, key, number);
  }
}

export function remember(state: ChatState, key: ClientKey, number: number, remembered: Remembered): void {
  const client = state.clients.write(key);
  if (client === undefined) return;
  client.results.set(number, remembered);
  state.hash.add(resultFact(key, number, remembered));
}

/** From now on the connection is that of a client that nobody knows. */
export function markExpired(state: ChatState, at: ConnectionRef): void {
  state.alterConnection(at, (it) => {
    it.standing = { kind: 'expired' };
  });
}

function leaveConnection(state: ChatState, at: ConnectionRef, as: 'replaced' | 'forgotten'): void {
  state.alterConnection(at, (it) => {
    it.standing = { kind: as };
  });
  returnPushes(state, at);
}
