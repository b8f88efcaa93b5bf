import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Standing } from '../../../src/raft/core/membership.ts';
import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { majorityOf, votersAt } from './quorum.ts';

/** By candidate and term, whose votes it has been told of, and what they said of their disks. */
const heardIn = new WeakMap<History, Map<string, Map<NodeId, Standing>>>();

/**
 * Whoever leads a term has been told of the votes of a majority in it, its own included (§5.2): of voters that vouch for their
 * disks. A vote that is still on its way does not count. What a recovering node grants counts for nothing, unless every voter has granted.
 */
export const electedByMajority: Invariant = {
  name: 'Elected By A Majority',
  hears(history, record, from, message) {
    if (message.kind === 'request-vote-response' && message.granted)
      heard(history, record.id, message.term).set(from, message.standing);
  },
  stepped(history, record, core) {
    if (core.role !== 'leader' || (record.role === 'leader' && record.term === core.term)) return;
    const voters = votersAt(core);
    // Its own vote is seen when it asks for those of others, of whom there may be none.
    if (voters.length === 1 && voters[0] === record.id) return;
    const own = history.votes.get(`${record.id}@${core.term}`);
    const standings = new Map(heard(history, record.id, core.term));
    if (own?.candidate === record.id) standings.set(record.id, own.standing);
    const granted = voters.flatMap((id) => standings.get(id) ?? []);
    const sound = granted.filter((standing) => standing === 'voting').length;
    if (sound >= majorityOf(voters.length) || granted.length === voters.length) return;
    throw new BrokenInvariant(
      this.name,
      `${record.id} leads term ${core.term} with ${granted.length} votes, ${sound} of them of nodes that vouch for their disks, and there are ${voters.length} voters`,
    );
  },
};

function heard(history: History, candidate: NodeId, term: number): Map<NodeId, Standing> {
  let all = heardIn.get(history);
  if (all === undefined) heardIn.set(history, (all = new Map()));
  const key = `${candidate}@${term}`;
  const votes = all.get(key) ?? new Map<NodeId, Standing>();
  all.set(key, votes);
  return votes;
}
