import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Standing } from '../../../src/raft/core/membership.ts';
import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { majorityOf, votersAt } from './quorum.ts';

/** By candidate and term, who has promised it a vote there, and what it said of its disk. */
const promisesIn = new WeakMap<History, Map<string, Map<NodeId, Standing>>>();

/** Nobody campaigns whom a majority has not promised a vote, but for whom the leader has named (dissertation §9.6, §3.10). */
export const preVoteMajority: Invariant = {
  name: 'A Majority Has Promised',
  sent(history, record, to, message) {
    let promises = promisesIn.get(history);
    if (promises === undefined) promisesIn.set(history, (promises = new Map()));
    if (message.kind === 'pre-vote-response' && message.granted) {
      const key = `${to}@${message.nextTerm}`;
      promises.set(key, (promises.get(key) ?? new Map<NodeId, Standing>()).set(record.id, message.standing));
    }
    if (message.kind !== 'request-vote' || message.reason !== 'timeout') return;
    const promised = promises.get(`${record.id}@${message.term}`);
    const voters = record.core === null ? [] : votersAt(record.core);
    const granted = voters.filter((id) => id === record.id || promised?.has(id) === true);
    const sound = granted.filter((id) =>
      id === record.id ? record.durableState?.standing === 'voting' : promised?.get(id) === 'voting',
    );
    if (sound.length < majorityOf(voters.length) && granted.length < voters.length)
      throw new BrokenInvariant(
        this.name,
        `${record.id} campaigns in term ${message.term}, and of ${voters.length} voters ${granted.length} have promised their votes, ${sound.length} of them vouching for their disks`,
      );
  },
};
