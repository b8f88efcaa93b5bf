import type { AccountIndex, MessageId } from '../../src/chat/ids.ts';
import type { FrozenState } from '../../src/chat/state/frozen-state.ts';
import type { ConnectionRef } from '../../src/chat/state/records.ts';

/** Where a message is, and whose it is there. */
export interface Place {
  readonly kind: 'kept' | 'in-flight' | 'held';
  readonly account: AccountIndex;
}

export const loginKey = (ref: ConnectionRef): string => `${ref.node}/${ref.number}`;

/** The place of every message. Throws if one has two. */
export function placesOf(state: FrozenState): ReadonlyMap<MessageId, Place> {
  const places = new Map<MessageId, Place>();
  const put = (id: MessageId, place: Place) => {
    if (places.has(id)) throw new Error(`Message ${id} is in two places.`);
    places.set(id, place);
  };
  for (const { index, mailbox } of state.accounts.values()) {
    for (const id of mailbox) put(id, { kind: 'kept', account: index });
  }
  for (const { connections } of state.nodes) {
    for (const { inFlight } of connections.values()) {
      for (const { message, account } of inFlight) put(message, { kind: 'in-flight', account });
    }
  }
  for (const client of state.clients.values()) {
    for (const { account, messages } of client.held.values()) {
      for (const id of messages) put(id, { kind: 'held', account });
    }
  }
  return places;
}
