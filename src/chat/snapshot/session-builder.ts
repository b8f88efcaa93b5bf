import type { ChatState } from '../state/chat-state.ts';
import type { Account, Session } from '../state/records.ts';
import { SnapshotError } from './snapshot-error.ts';

/** The account is logged in there: which the snapshot says of the client or connection, and of one only. */
export function logIn(state: ChatState, account: Account, session: Session): void {
  if (account.session !== null) throw new SnapshotError(`account ${account.index} is logged in twice`);
  state.alterAccount(account.index, (it) => {
    it.session = session;
  });
}
