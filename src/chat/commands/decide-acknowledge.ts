import type { Acknowledge } from './command.ts';
import { changeNothing, type Decision, type Origin } from './decision.ts';

/**
 * `6|messageId`: the message and all that were pushed before it have reached the program. A message that is not in
 * flight to it says nothing about others: what was not pushed yet must not be taken for received. If the login has gone
 * elsewhere, so have its messages: a program that was told `ok` would forget that it has shown them.
 */
export function decideAcknowledge(from: Origin, { message }: Acknowledge): Decision {
  if (from.client === undefined || from.connection === undefined) {
    return changeNothing({ kind: 'not-a-client' });
  }
  if (from.login === null) return changeNothing({ kind: 'not-logged-in' });
  for (const { by, ordinal, message: pushed } of from.connection.inFlight) {
    if (by !== 'push' || pushed !== message) continue;
    return {
      result: { kind: 'acknowledged' },
      changes: [{ kind: 'deliver', at: from.at, upTo: ordinal, by: 'push' }],
    };
  }
  return changeNothing({ kind: 'acknowledged' });
}
