import type { ClientKey } from '../ids.ts';
import type { Change } from '../state/change.ts';
import type { ChatState } from '../state/chat-state.ts';
import { oldestClients } from '../state/logins.ts';
import type { Hello } from './command.ts';
import { changeNothing, type Decision, type Origin } from './decision.ts';
import { noReserve } from './room.ts';

/** `hello|clientId|n` */
export function decideHello(state: ChatState, from: Origin, { client, floor }: Hello): Decision {
  const standing = from.connection?.standing;
  if (standing?.kind === 'replaced') return changeNothing({ kind: 'replaced' });
  if (standing?.kind === 'current' && standing.client !== client) return changeNothing({ kind: 'conflict' });
  const changes: Change[] = [];
  if (from.client === undefined && from.login !== null) {
    changes.push({ kind: 'end-session', account: from.login, because: null });
  }
  if (state.clients.get(client) === undefined) {
    if (floor > 1) {
      // The connection is marked, so that what the client has sent behind its hello is not executed either.
      changes.push({ kind: 'mark-expired', at: from.at });
      return { result: { kind: 'expired' }, changes };
    }
    const full = noReserve(state);
    if (full !== null) return changeNothing(full);
    changes.push(...roomForUnbound(state), { kind: 'create-client', client });
  }
  // The floor first: what it delivers need not go anywhere.
  changes.push({ kind: 'raise-floor', client, floor }, { kind: 'move-client', client, to: from.at });
  return { result: { kind: 'hello' }, changes };
}

/** Clients that have never logged in are bounded in all: before one more, the oldest are forgotten. */
function roomForUnbound(state: ChatState): readonly Change[] {
  const tooMany = state.unboundClients.size + 1 - state.limits.clientsWithoutAccount;
  const oldest: readonly ClientKey[] = oldestClients(state, state.unboundClients, tooMany);
  return oldest.map((client) => ({ kind: 'forget-client', client }));
}
