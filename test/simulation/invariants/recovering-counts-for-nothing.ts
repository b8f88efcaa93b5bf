import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';
import { majorityOf, votersAt } from './quorum.ts';

/**
 * A commit by counting, counted again from what the followers said: a majority of the voters has accepted, each vouching for its
 * disk. A recovering node counts for nothing, unless every voter has elected this leader.
 */
export const recoveringCountsForNothing: Invariant = {
  name: 'Who Recovers Counts For Nothing',
  stepped(history, record, core) {
    if (core.role === 'leader' && !leads(record, core)) assertUnanimous(this.name, history, record, core);
  },
  told(_history, record, { kind }) {
    const { core } = record;
    if (kind !== 'commit' || core === null || !leads(record, core)) return;
    const vouched = new Set(core.vouched);
    const voters = votersAt(core);
    const counted = voters.filter(
      (id) => hasAccepted(record, core, id) && (vouched.has(id) || vouches(record, id)),
    );
    if (counted.length < majorityOf(voters.length))
      throw new BrokenInvariant(
        this.name,
        `${record.id} commits entry ${core.commitIndex} in term ${core.term}, which of ${voters.length} voters only ${counted.length} hold and vouch for`,
      );
  },
};

/** It led before this turn, too. */
const leads = (record: NodeRecord, core: Raft): boolean =>
  record.role === 'leader' && core.role === 'leader' && record.term === core.term;

function hasAccepted(record: NodeRecord, core: Raft, id: NodeId): boolean {
  if (id === record.id) return record.durable.length >= core.commitIndex;
  const accepted = record.acceptedBy.get(id);
  return accepted?.term === core.term && accepted.matchIndex >= core.commitIndex;
}

const vouches = (record: NodeRecord, id: NodeId): boolean =>
  id === record.id
    ? record.durableState?.standing === 'voting'
    : record.acceptedBy.get(id)?.standing === 'voting';

/** It counts those that cannot vouch only if all voters have elected it. */
function assertUnanimous(name: string, history: History, { id }: NodeRecord, core: Raft): void {
  if (core.vouched.length === 0) return;
  const voters = votersAt(core);
  // Its own vote is seen when it asks for those of others, of whom there may be none.
  if (voters.length === 1 && voters[0] === id) return;
  const granted = voters.filter((voter) => history.votes.get(`${voter}@${core.term}`)?.candidate === id);
  if (granted.length < voters.length)
    throw new BrokenInvariant(
      name,
      `${id} leads term ${core.term} as if all had elected it, and ${granted.length} of ${voters.length} have`,
    );
}
