import type { ChatState } from '../state/chat-state.ts';
import { isTaken } from '../state/names.ts';
import type { Create } from './command.ts';
import { changeNothing, type Decision, type Origin } from './decision.ts';
import { loginChanges } from './login-changes.ts';
import { noRoom } from './room.ts';

/** `1|name|password` */
export function decideCreate(state: ChatState, from: Origin, { name, passwordHash }: Create): Decision {
  if (isTaken(state, name)) return changeNothing({ kind: 'name-taken', name });
  const limit = state.limits.accounts;
  if (state.accounts.size >= limit) return changeNothing({ kind: 'full', what: 'accounts', limit });
  const full = noRoom(state);
  if (full !== null) return changeNothing(full);
  return {
    result: { kind: 'created', name },
    changes: [
      { kind: 'create-account', name, passwordHash },
      ...loginChanges(state, from, state.nextAccount),
    ],
  };
}
