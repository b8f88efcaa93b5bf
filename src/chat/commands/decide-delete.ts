import type { ChatState } from '../state/chat-state.ts';
import type { InFlightEntry } from '../state/in-flight-queue.ts';
import { accountWithId } from '../state/names.ts';
import type { Account } from '../state/records.ts';
import type { Delete } from './command.ts';
import { changeNothing, mayUse, type Decision, type Origin } from './decision.ts';

/** `5|id` */
export function decideDelete(state: ChatState, from: Origin, { id }: Delete): Decision {
  const account = accountWithId(state, id);
  if (account === undefined) return changeNothing({ kind: 'no-account', id });
  if (!mayUse(from, account)) return changeNothing({ kind: 'login-first' });
  if (account.mailbox.size > 0 || account.outstanding > countsAsRead(from, account)) {
    return changeNothing({ kind: 'mailbox-not-empty' });
  }
  return {
    result: { kind: 'deleted' },
    changes: [{ kind: 'delete-account', account: account.index, by: from.at }],
  };
}

/** How much of the account's mail is in flight to the very connection that asks. What is pushed to a client is read only when acknowledged. */
function countsAsRead(from: Origin, account: Readonly<Account>): number {
  if (from.connection === undefined || account.outstanding === 0) return 0;
  const isRead = (it: InFlightEntry) =>
    it.account === account.index && (it.by === 'collect' || from.client === undefined);
  let count = 0;
  for (const entry of from.connection.inFlight) if (isRead(entry)) count += 1;
  return count;
}
