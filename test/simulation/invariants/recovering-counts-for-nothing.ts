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
  takes(_history, record, input) {
    const { core } = record;
    if (input.kind !== 'peer-replaced' || core === null) return;
    const known = replacedIn.get(record);
    if (known?.core === core && known.term === core.term) known.peers.add(input.peer);
    else replacedIn.set(record, { core, term: core.term, peers: new Set([input.peer]) });
  },
  stepped(history, record, core) {
    if (core.role !== 'leader') return;
    if (!leads(record, core)) assertUnanimous(this.name, history, record, core);
    assertOfTheirPresentFolders(this.name, record, core);
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

/** Who came back with another folder in the present term of a core. */
interface Replaced {
  readonly core: Raft;
  readonly term: number;
  readonly peers: Set<NodeId>;
}

const replacedIn = new WeakMap<NodeRecord, Replaced>();

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

/** The vote that made all count was that of a folder: whoever has come back with another one since has not given it. */
function assertOfTheirPresentFolders(name: string, record: NodeRecord, core: Raft): void {
  const known = replacedIn.get(record);
  if (known === undefined || known.core !== core || known.term !== core.term) return;
  const wrong = core.vouched.find((id) => known.peers.has(id));
  if (wrong !== undefined)
    throw new BrokenInvariant(
      name,
      `${record.id} leads term ${core.term}, and counts ${wrong} for the vote of a folder that it has no more`,
    );
}
