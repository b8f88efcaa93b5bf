import type { MessageId } from '../ids.ts';
import type { ChatState } from '../state/chat-state.ts';
import { accountWithId, idOfName } from '../state/names.ts';
import type { Collect } from './command.ts';
import { changeNothing, mayUse, type Decision, type Origin } from './decision.ts';
import type { Message } from './result.ts';

/** `4|id` */
export function decideCollect(state: ChatState, from: Origin, { id }: Collect): Decision {
  const account = accountWithId(state, id);
  if (account === undefined) return changeNothing({ kind: 'no-account', id });
  if (!mayUse(from, account)) return changeNothing({ kind: 'login-first' });
  if (account.mailbox.size === 0) return changeNothing({ kind: 'nothing-kept' });
  const messages = storedMessages(state, account.mailbox);
  const collected = { kind: 'collected', id: idOfName(account.name), messages } as const;
  if (from.client !== undefined && from.request !== null) {
    // It is the result that holds them, wherever the client goes: no connection's ordinals are used up.
    const { key } = from.client;
    return {
      result: { ...collected, upTo: 0 },
      changes: [{ kind: 'hold', account: account.index, client: key, number: from.request.number }],
    };
  }
  return {
    result: { ...collected, upTo: (from.connection?.lastOrdinal ?? 0) + account.mailbox.size },
    changes: [{ kind: 'collect', account: account.index, at: from.at }],
  };
}

export function storedMessages(state: ChatState, ids: Iterable<MessageId>): readonly Message[] {
  const messages: Message[] = [];
  for (const id of ids) {
    const message = state.messages.get(id);
    if (message !== undefined) messages.push(message);
  }
  return messages;
}
