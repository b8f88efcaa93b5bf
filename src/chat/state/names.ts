import type { AccountIndex } from '../ids.ts';
import type { ChatState } from './chat-state.ts';
import type { Account } from './records.ts';

const ID_SUFFIX = '123';
/** Ways of calling somebody that are remembered. */
const CALLED_LATELY = 4_096;

/** The ID of the account with this name. */
export const idOfName = (name: string): string => name + ID_SUFFIX;

/** Names and IDs are found under their key: ASCII letters in lower case, and nothing else changed, as no other letter can be in a name. */
export function nameKey(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}

/** The account with this ID, without regard to case. */
export function accountWithId(state: ChatState, id: string): Readonly<Account> | undefined {
  const key = nameKey(id);
  return key.endsWith(ID_SUFFIX)
    ? accountAt(state, state.accountByNameKey.get(key.slice(0, -ID_SUFFIX.length)))
    : undefined;
}

/**
 * The account with this name or ID, without regard to case. Never two: they share one namespace. As long as an account is there, nobody
 * else can be called as it is, so one that was found lately is found again by its index.
 */
export function accountCalled(state: ChatState, nameOrId: string): Readonly<Account> | undefined {
  const lately = state.calledLately.get(nameOrId);
  if (lately !== undefined) {
    const account = state.accounts.get(lately);
    if (account !== undefined) return account;
  }
  const account =
    accountAt(state, state.accountByNameKey.get(nameKey(nameOrId))) ?? accountWithId(state, nameOrId);
  if (account !== undefined) noteCalled(state, nameOrId, account);
  return account;
}

/** Whether the name, or its ID, means somebody already. */
export function isTaken(state: ChatState, name: string): boolean {
  return accountCalled(state, name) !== undefined || state.accountByNameKey.has(nameKey(idOfName(name)));
}

function noteCalled({ calledLately }: ChatState, nameOrId: string, { index }: Readonly<Account>): void {
  if (calledLately.size >= CALLED_LATELY) calledLately.clear();
  calledLately.set(nameOrId, index);
}

function accountAt(state: ChatState, index: AccountIndex | undefined): Readonly<Account> | undefined {
  return index === undefined ? undefined : state.accounts.get(index);
}
