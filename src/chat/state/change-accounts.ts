import type { AccountIndex } from '../ids.ts';
import { deliverAllOf } from './change-mail.ts';
import { bindClient, endSession } from './change-sessions.ts';
import type { ChatState } from './chat-state.ts';
import { accountFact } from './facts.ts';
import { loginOf } from './logins.ts';
import { nameKey } from './names.ts';
import { newAccount, type ConnectionRef } from './records.ts';

export function createAccount(state: ChatState, name: string, passwordHash: string | null): void {
  const account = newAccount(state.nextAccount, name, passwordHash);
  state.accounts.add(account.index, account);
  state.accountByNameKey.set(nameKey(name), account.index);
  state.nameList.append(name);
  state.hash.add(accountFact(account));
}

export function deleteAccount(state: ChatState, index: AccountIndex, by: ConnectionRef): void {
  deliverAllOf(state, index, by);
  endSession(state, index, loginOf(state, state.connection(by)) === index ? null : 'deleted');
  const account = state.accounts.get(index);
  if (account === undefined) return;
  for (const client of account.clients) bindClient(state, client, null);
  const bare = state.accounts.get(index) ?? account;
  state.hash.remove(accountFact(bare));
  state.accounts.remove(index);
  state.accountByNameKey.delete(nameKey(bare.name));
  state.nameList.clear(index - 1);
}
