import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** By candidate and term, who has promised it a vote there. */
const promisesIn = new WeakMap<History, Map<string, Set<NodeId>>>();

/** Nobody campaigns whom a majority has not promised a vote, but for whom the leader has named (dissertation §9.6, §3.10). */
export const preVoteMajority: Invariant = {
  name: 'A Majority Has Promised',
  sent(history, record, to, message) {
    let promises = promisesIn.get(history);
    if (promises === undefined) promisesIn.set(history, (promises = new Map()));
    if (message.kind === 'pre-vote-response' && message.granted) {
      const key = `${to}@${message.nextTerm}`;
      promises.set(key, (promises.get(key) ?? new Set()).add(record.id));
    }
    if (message.kind !== 'request-vote' || message.reason !== 'timeout') return;
    const promised = promises.get(`${record.id}@${message.term}`)?.size ?? 0;
    if (promised + 1 < history.majority)
      throw new BrokenInvariant(
        this.name,
        `${record.id} campaigns in term ${message.term}, and ${promised} others have promised it their votes`,
      );
  },
};
