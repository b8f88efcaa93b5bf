import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { majorityOf, votersAt } from './quorum.ts';

/**
 * Whoever leads a term has been told of the votes of a majority in it, its own included (§5.2): of voters that vouch for their
 * disks. What a recovering node grants counts for nothing, unless every voter has granted.
 */
export const electedByMajority: Invariant = {
  name: 'Elected By A Majority',
  stepped(history, record, core) {
    if (core.role !== 'leader' || (record.role === 'leader' && record.term === core.term)) return;
    const voters = votersAt(core);
    // Its own vote is seen when it asks for those of others, of whom there may be none.
    if (voters.length === 1 && voters[0] === record.id) return;
    const granted = voters
      .map((id) => history.votes.get(`${id}@${core.term}`))
      .filter((vote) => vote?.candidate === record.id);
    const sound = granted.filter((vote) => vote?.standing === 'voting').length;
    if (sound >= majorityOf(voters.length) || granted.length === voters.length) return;
    throw new BrokenInvariant(
      this.name,
      `${record.id} leads term ${core.term} with ${granted.length} votes, ${sound} of them of nodes that vouch for their disks, and there are ${voters.length} voters`,
    );
  },
};
