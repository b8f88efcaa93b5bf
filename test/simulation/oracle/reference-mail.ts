import type { ReferenceState } from './reference-chat.ts';
import type { RefConnection, RefFlight } from './reference-state.ts';

/** Where the model keeps messages: in a mailbox, on the way to a connection, held by a client's reply, or nowhere. */

export function pushMailbox(state: ReferenceState, account: number, to: string, by: RefFlight['by']): void {
  const owner = state.accounts.get(account);
  const connection = state.connections.get(to);
  if (owner === undefined || connection === undefined) return;
  const messages = owner.mailbox;
  owner.mailbox = [];
  for (const message of messages) send(state, connection, account, message, by);
}

export function send(
  state: ReferenceState,
  connection: RefConnection,
  account: number,
  message: number,
  by: RefFlight['by'],
): void {
  connection.lastOrdinal += 1;
  connection.flight.push({ ordinal: connection.lastOrdinal, by, message, account });
  const owner = state.accounts.get(account);
  if (owner !== undefined) owner.outstanding += 1;
}

/** What is in flight and meant by `wanted` has arrived. */
export function arrive(
  state: ReferenceState,
  connection: RefConnection,
  wanted: (it: RefFlight) => boolean,
): void {
  const arrived = connection.flight.filter(wanted);
  connection.flight = connection.flight.filter((it) => !wanted(it));
  for (const { account, message } of arrived) forget(state, account, message);
}

/** What is in flight and meant by `wanted` goes back, mailbox by mailbox; to a program that is online it goes out again. */
export function goBack(
  state: ReferenceState,
  connection: RefConnection,
  wanted: (it: RefFlight) => boolean,
): void {
  const back = connection.flight.filter(wanted);
  connection.flight = connection.flight.filter((it) => !wanted(it));
  for (const account of new Set(back.map((it) => it.account)))
    putBack(
      state,
      account,
      back.filter((it) => it.account === account).map((it) => it.message),
    );
}

export function putBack(state: ReferenceState, account: number, messages: readonly number[]): void {
  const owner = state.accounts.get(account);
  if (owner === undefined) return;
  owner.outstanding -= messages.length;
  owner.mailbox = [...owner.mailbox, ...messages].sort((a, b) => a - b);
  if (owner.session?.kind !== 'client') return;
  const online = state.clients.get(owner.session.key)?.connection ?? null;
  if (online !== null && state.connections.has(online)) pushMailbox(state, account, online, 'push');
}

/** An outstanding message is done with. */
export function forget(state: ReferenceState, account: number, message: number): void {
  const owner = state.accounts.get(account);
  if (owner !== undefined) owner.outstanding -= 1;
  state.stored.delete(message);
}
