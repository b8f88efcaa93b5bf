import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { majorityOf, votersAt } from './quorum.ts';

/** Whatever anybody takes for committed is on the disks of a majority at that moment, those of crashed nodes included. */
export const durableOnQuorum: Invariant = {
  name: 'Committed Is Durable On A Quorum',
  committed(history, index) {
    const committed = history.committed[index - 1];
    if (committed === undefined) return;
    const { entry, by } = committed;
    const voters = votersBehind(history, by);
    const disks = voters.filter((id) => history.records.get(id)?.has(entry) === true).length;
    if (disks < majorityOf(voters.length))
      throw new BrokenInvariant(
        this.name,
        `${by} takes entry ${index} of term ${entry.term} for committed, but it is on ${disks} disks of ${voters.length} voters`,
      );
  },
};

/** The voters of the membership that was in force where it was committed: at the leader, which is the first to know. */
function votersBehind(history: History, by: NodeId): readonly NodeId[] {
  const core = history.records.get(by)?.core ?? null;
  return core === null ? [...history.records.keys()] : votersAt(core);
}
