import type { ChatState } from '../state/chat-state.ts';
import type { Client, Remembered } from '../state/records.ts';
import type { ClientRequest } from './command.ts';
import { storedMessages } from './decide-collect.ts';
import { changeNothing, type Decision } from './decision.ts';
import type { ChatResult } from './result.ts';
import { freesRoom, isFullOfBytes, noReserve } from './room.ts';

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
    return changeNothing(
      before.fingerprint === fingerprint ? recalled(state, client, number, before) : { kind: 'conflict' },
    );
  }
  const limit = state.limits.outstandingPerClient;
  if (number >= client.floor + limit) return changeNothing({ kind: 'too-many-outstanding', limit });
  const { result, changes } = execute();
  // Nothing was decided yet: the same number may come again, with a password that was checked again, or when there is room.
  if (result.kind === 'check-again' || isFullOfBytes(result)) return changeNothing(result);
  const full = freesRoom(changes) ? null : noReserve(state);
  if (full !== null) return changeNothing(full);
  return {
    result,
    changes: [
      ...changes,
      { kind: 'remember', client: client.key, number, remembered: { fingerprint, result: bare(result) } },
    ],
  };
}

/** A result without the messages that it carries: as long as it is remembered, the client holds them under its number. */
const bare = (result: ChatResult): ChatResult =>
  result.kind === 'collected' ? { ...result, messages: [] } : result;

/** The result as it was given the first time. */
export function recalled(
  state: ChatState,
  client: Readonly<Client>,
  number: number,
  { result }: Remembered,
): ChatResult {
  if (result.kind !== 'collected') return result;
  return { ...result, messages: storedMessages(state, client.held.get(number)?.messages ?? []) };
}
