import { createAccount, deleteAccount } from './change-accounts.ts';
import {
  createClient,
  forgetClient,
  markExpired,
  moveClient,
  raiseFloor,
  remember,
} from './change-clients.ts';
import { deliver, flushMailbox, holdMailbox, storeMessage } from './change-mail.ts';
import { beginSession, endConnection, endSession } from './change-sessions.ts';
import type { Change } from './change.ts';
import type { ChatState } from './chat-state.ts';

/** Carries out a decided change. Cannot fail. */
export function carryOut(state: ChatState, change: Change): void {
  switch (change.kind) {
    case 'set-limits':
      state.limits = change.limits;
      return;
    case 'set-rules':
      state.rules = change.version;
      return;
    case 'create-account':
      createAccount(state, change.name, change.passwordHash);
      return;
    case 'delete-account':
      deleteAccount(state, change.account, change.by);
      return;
    case 'begin-session':
      beginSession(state, change.account, change.at);
      return;
    case 'end-session':
      endSession(state, change.account, change.because);
      return;
    case 'end-connection':
      endConnection(state, change.at);
      return;
    case 'store-message':
      storeMessage(state, change);
      return;
    case 'collect':
      state.alterConnection(change.at, () => {});
      flushMailbox(state, change.account, change.at, 'collect');
      return;
    case 'hold':
      holdMailbox(state, change.account, change.client, change.number);
      return;
    case 'deliver':
      deliver(state, change.at, change.upTo, change.by);
      return;
    case 'create-client':
      createClient(state, change.client);
      return;
    case 'move-client':
      moveClient(state, change.client, change.to);
      return;
    case 'forget-client':
      forgetClient(state, change.client);
      return;
    case 'raise-floor':
      raiseFloor(state, change.client, change.floor);
      return;
    case 'remember':
      remember(state, change.client, change.number, change.remembered);
      return;
    case 'mark-expired':
      markExpired(state, change.at);
      return;
    default:
      change satisfies never;
  }
}
