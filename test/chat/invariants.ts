import { expect } from 'vitest';
import { loginKey, placesOf, type Place } from './places.ts';
import type { ChatMachine } from '../../src/chat/chat-machine.ts';
import type { MessageId } from '../../src/chat/ids.ts';

/** Fails unless the state is one that can be. Gives the one place of every stored message. */
export function checkInvariants(machine: ChatMachine): ReadonlyMap<MessageId, Place> {
  const state = machine.freeze();
  const places = placesOf(state);
  const outstanding = new Map<number, number>();
  for (const place of places.values()) {
    if (place.kind !== 'kept') outstanding.set(place.account, (outstanding.get(place.account) ?? 0) + 1);
  }
  const stored = [...state.messages.values()].map((it) => it.id).sort((a, b) => a - b);
  expect(
    [...places.keys()].sort((a, b) => a - b),
    'every stored message has a place',
  ).toEqual(stored);

  const logins = new Map<string, number>();
  const bound = new Map<string, number>();
  for (const { connections } of state.nodes) {
    for (const connection of connections.values()) {
      if (connection.account !== null) logins.set(loginKey(connection.ref), connection.account);
      const ordinals = [...connection.inFlight].map((it) => it.ordinal);
      expect(ordinals, 'ordinals ascend').toEqual([...new Set(ordinals)].sort((a, b) => a - b));
      expect(connection.lastOrdinal).toBeGreaterThanOrEqual(ordinals.at(-1) ?? 0);
      if (connection.standing.kind !== 'current') continue;
      expect(connection.account, "a client's connection has no login of its own").toBeNull();
      expect(state.clients.get(connection.standing.client)?.connection).toEqual(connection.ref);
    }
  }
  for (const client of state.clients.values()) {
    if (client.account !== null) {
      expect(client.boundTo).toBe(client.account);
      logins.set(client.key, client.account);
    }
    if (client.boundTo !== null) bound.set(client.key, client.boundTo);
    for (const number of [...client.results.keys(), ...client.held.keys()]) {
      expect(number).toBeGreaterThanOrEqual(client.floor);
      expect(number).toBeLessThan(client.floor + state.limits.outstandingPerClient);
    }
  }
  let sessions = 0;
  let boundClients = 0;
  for (const account of state.accounts.values()) {
    const { index, session, mailbox, clients } = account;
    expect(account.outstanding).toBe(outstanding.get(index) ?? 0);
    expect(mailbox.size + account.outstanding).toBeLessThanOrEqual(state.limits.mailboxMessages);
    expect([...mailbox], 'a mailbox is in order').toEqual([...mailbox].sort((a, b) => a - b));
    boundClients += clients.length;
    expect(clients.length).toBeLessThanOrEqual(state.limits.clientsPerAccount);
    for (const key of clients) expect(bound.get(key)).toBe(index);
    if (session === null) continue;
    sessions += 1;
    expect(logins.get(session.kind === 'client' ? session.client : loginKey(session.at))).toBe(index);
    const at = session.kind === 'client' ? (state.clients.get(session.client)?.connection ?? null) : null;
    if (at !== null) {
      expect(mailbox.size, 'nothing waits for a program that is online').toBe(0);
    }
  }
  expect(sessions, 'one session an account').toBe(logins.size);
  expect(boundClients).toBe(bound.size);
  return places;
}
