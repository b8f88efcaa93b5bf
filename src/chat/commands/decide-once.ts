import type { ChatState } from '../state/chat-state.ts';
import type { Client } from '../state/records.ts';
import type { ClientRequest } from './command.ts';
import { changeNothing, type Decision } from './decision.ts';

/** Exactly once: a client's numbered command is executed if its number is new, and its result remembered until the floor passes it. */
export function decideOnce(
  state: ChatState,
  client: Readonly<Client>,
  request: ClientRequest,
  execute: () => Decision,
): Decision {
  const { number, fingerprint } = request;
  if (number < client.floor) return changeNothing({ kind: 'below-floor', floor: client.floor });
  const before = client.results.get(number);
  if (before !== undefined) {
    return changeNothing(before.fingerprint === fingerprint ? before.result : { kind: 'conflict' });
  }
  const limit = state.limits.outstandingPerClient;
  if (number >= client.floor + limit) return changeNothing({ kind: 'too-many-outstanding', limit });
  const { result, changes } = execute();
  // Nothing was decided yet: the same number will come again, with a password that was checked again.
  if (result.kind === 'check-again') return changeNothing(result);
  return {
    result,
    changes: [
      ...changes,
      { kind: 'remember', client: client.key, number, remembered: { fingerprint, result } },
    ],
  };
}
