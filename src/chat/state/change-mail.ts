import { textInPlace } from '../commands/text-in-place.ts';
import type { AccountIndex, ClientKey, MessageId } from '../ids.ts';
import type { StoreMessage } from './change.ts';
import type { ChatState } from './chat-state.ts';
import { heldFact, inFlightFact, keptFact, ordinalFact } from './facts.ts';
import type { InFlightEntry } from './in-flight-queue.ts';
import { onlineConnection } from './logins.ts';
import type { Connection, ConnectionRef } from './records.ts';

/** Where messages are: in a mailbox, in flight, held, or gone. Every message is in exactly one of these places. */

export function storeMessage(
  state: ChatState,
  { account, from, wallTimeMs, text, pushTo }: StoreMessage,
): void {
  const id = state.nextMessage;
  state.hash.add(state.messages.append(from, wallTimeMs, textInPlace(text)));
  if (pushTo !== null) {
    putInFlight(state, account, [id], pushTo, 'push');
    return;
  }
  state.accounts.write(account)?.mailbox.keep(id);
  state.hash.add(keptFact(account, id));
}

/** The whole mailbox goes in flight to a connection. */
export function flushMailbox(
  state: ChatState,
  account: AccountIndex,
  to: ConnectionRef,
  by: InFlightEntry['by'],
): void {
  putInFlight(state, account, emptyMailbox(state, account), to, by);
}

/** The whole mailbox is held for the client's numbered command. */
export function holdMailbox(
  state: ChatState,
  account: AccountIndex,
  client: ClientKey,
  number: number,
): void {
  const owner = state.accounts.write(account);
  const holder = state.clients.write(client);
  if (owner === undefined || holder === undefined) return;
  const held = { account, messages: emptyMailbox(state, account) };
  holder.held.set(number, held);
  state.hash.add(heldFact(client, number, held));
  owner.outstanding += held.messages.length;
}

/** What is in flight to the connection, up to an ordinal and of one way or either, has been delivered. */
export function deliver(
  state: ChatState,
  at: ConnectionRef,
  upTo: number,
  by: InFlightEntry['by'] | 'either',
): void {
  const connection = state.writeConnection(at);
  if (connection === undefined) return;
  const queue = connection.inFlight;
  const isMeant = (entry: InFlightEntry) => entry.ordinal <= upTo && (by === 'either' || entry.by === by);
  let first = queue.first;
  while (first !== undefined && isMeant(first)) {
    queue.dropFirst();
    landed(state, at, first);
    first = queue.first;
  }
  if (by === 'either' || first === undefined || first.ordinal > upTo) return;
  for (const entry of queue.extract(isMeant)) landed(state, at, entry);
}

/** What is in flight to this connection for one account has been read. */
export function deliverAllOf(state: ChatState, account: AccountIndex, at: ConnectionRef): void {
  const connection = state.writeConnection(at);
  if (connection === undefined) return;
  for (const entry of connection.inFlight.extract((it) => it.account === account)) landed(state, at, entry);
}

/** What a client held under a number has been delivered. */
export function deliverHeld(state: ChatState, client: ClientKey, number: number): void {
  const held = takeHeld(state, client, number);
  if (held === undefined) return;
  for (const message of held.messages) discard(state, held.account, message);
}

/** What a client held under a number goes back to the mailbox. */
export function returnHeld(state: ChatState, client: ClientKey, number: number): void {
  const held = takeHeld(state, client, number);
  if (held !== undefined) putBack(state, held.account, held.messages);
}

/** What was pushed to a connection and not delivered goes back to the mailboxes. */
export function returnPushes(state: ChatState, at: ConnectionRef): void {
  returnEntries(state, at, (entry) => entry.by === 'push');
}

/** Whatever is in flight to a connection goes back to the mailboxes. */
export function returnAll(state: ChatState, at: ConnectionRef): void {
  returnEntries(state, at, () => true);
}

function returnEntries(state: ChatState, at: ConnectionRef, wanted: (entry: InFlightEntry) => boolean): void {
  const connection = state.writeConnection(at);
  if (connection === undefined || connection.inFlight.size === 0) return;
  const byAccount = new Map<AccountIndex, MessageId[]>();
  for (const entry of connection.inFlight.extract(wanted)) {
    state.hash.remove(inFlightFact(at, entry));
    const ids = byAccount.get(entry.account);
    if (ids === undefined) byAccount.set(entry.account, [entry.message]);
    else ids.push(entry.message);
  }
  state.touch(at);
  for (const [account, ids] of byAccount) putBack(state, account, ids);
}

/**
 * Messages that were outstanding are in the mailbox again, at their old places. A program that is online would not
 * look there: it is pushed them at once.
 */
function putBack(state: ChatState, index: AccountIndex, ids: readonly MessageId[]): void {
  const account = state.accounts.write(index);
  if (account === undefined) return;
  account.outstanding -= ids.length;
  account.mailbox.putBack(ids);
  for (const id of ids) state.hash.add(keptFact(index, id));
  const online = account.session?.kind === 'client' ? onlineConnection(state, account) : undefined;
  if (online !== undefined) flushMailbox(state, index, online.ref, 'push');
}

function emptyMailbox(state: ChatState, account: AccountIndex): readonly MessageId[] {
  const ids = state.accounts.write(account)?.mailbox.takeAll() ?? [];
  for (const id of ids) state.hash.remove(keptFact(account, id));
  return ids;
}

function putInFlight(
  state: ChatState,
  account: AccountIndex,
  ids: readonly MessageId[],
  to: ConnectionRef,
  by: InFlightEntry['by'],
): void {
  const connection = state.writeConnection(to);
  const owner = state.accounts.write(account);
  if (connection === undefined || owner === undefined || ids.length === 0) return;
  owner.outstanding += ids.length;
  state.hash.remove(ordinalFact(connection));
  for (const message of ids) putOneInFlight(state, connection, { account, message, by });
  state.hash.add(ordinalFact(connection));
  state.touch(to);
}

function putOneInFlight(
  state: ChatState,
  connection: Connection,
  { account, message, by }: Omit<InFlightEntry, 'ordinal'>,
): void {
  connection.lastOrdinal += 1;
  const entry: InFlightEntry = { ordinal: connection.lastOrdinal, by, message, account };
  connection.inFlight.add(entry);
  state.hash.add(inFlightFact(connection.ref, entry));
}

function takeHeld(state: ChatState, client: ClientKey, number: number) {
  const record = state.clients.write(client);
  const held = record?.held.get(number);
  if (record === undefined || held === undefined) return undefined;
  record.held.delete(number);
  state.hash.remove(heldFact(client, number, held));
  return held;
}

/** A message in flight has reached its connection's socket or program. */
function landed(state: ChatState, at: ConnectionRef, entry: InFlightEntry): void {
  state.hash.remove(inFlightFact(at, entry));
  discard(state, entry.account, entry.message);
}

/** An outstanding message is stored no longer. */
function discard(state: ChatState, account: AccountIndex, id: MessageId): void {
  const owner = state.accounts.write(account);
  if (owner !== undefined) owner.outstanding -= 1;
  const fact = state.messages.remove(id);
  if (fact !== undefined) state.hash.remove(fact);
}
