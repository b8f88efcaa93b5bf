import type { AccountIndex } from '../ids.ts';
import type { Change } from '../state/change.ts';
import type { ChatState } from '../state/chat-state.ts';
import { oldestClients } from '../state/logins.ts';
import type { Origin } from './decision.ts';

/** What has to change for the connection, or its client, to be logged in as this account, which may be about to be created. */
export function loginChanges(state: ChatState, from: Origin, account: AccountIndex): readonly Change[] {
  if (from.login === account) return [];
  const changes: Change[] = [];
  if (from.login !== null) changes.push({ kind: 'end-session', account: from.login, because: null });
  if ((state.accounts.get(account)?.session ?? null) !== null) {
    changes.push({ kind: 'end-session', account, because: 'elsewhere' });
  }
  changes.push(...roomForClient(state, from, account));
  changes.push({ kind: 'begin-session', account, at: from.at });
  return changes;
}

/** An account keeps a bounded number of clients: before one more, the oldest are forgotten. */
function roomForClient(state: ChatState, from: Origin, account: AccountIndex): readonly Change[] {
  if (from.client === undefined || from.client.boundTo === account) return [];
  const bound = state.accounts.get(account)?.clients ?? [];
  const tooMany = bound.length + 1 - state.limits.clientsPerAccount;
  return oldestClients(state, bound, tooMany).map((client) => ({ kind: 'forget-client', client }));
}
