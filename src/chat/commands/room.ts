import type { Change } from '../state/change.ts';
import type { ChatState } from '../state/chat-state.ts';
import type { ChatResult } from './result.ts';

/** What there is above the limit for those who come to empty the state: their connections, clients and results. */
const RESERVE = 1 / 8;

/** Why nothing new is stored: the state has reached its bytes. Null if there is room. */
export function noRoom(state: ChatState): ChatResult | null {
  return state.bytes < state.limits.stateBytes ? null : fullOfBytes(state);
}

/** Why nothing is taken any more that makes the state larger, be it by a result to remember. Null if there is room. */
export function noReserve(state: ChatState): ChatResult | null {
  return state.bytes < state.limits.stateBytes * (1 + RESERVE) ? null : fullOfBytes(state);
}

/** Do these changes free more than it takes to remember that they were made? */
export const freesRoom = (changes: readonly Change[]): boolean =>
  changes.some(({ kind }) => kind === 'deliver' || kind === 'delete-account');

/** Says that the state has reached its bytes, and that nothing was decided: the number of such a command stays free. */
export const isFullOfBytes = (result: ChatResult): boolean =>
  result.kind === 'full' && result.what === 'bytes';

const fullOfBytes = (state: ChatState): ChatResult => ({
  kind: 'full',
  what: 'bytes',
  limit: state.limits.stateBytes,
});
