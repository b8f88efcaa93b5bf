import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** Whoever leads a term has been told of the votes of a majority in it, its own included (§5.2). */
export const electedByMajority: Invariant = {
  name: 'Elected By A Majority',
  stepped(history, record, core) {
    if (core.role !== 'leader' || (record.role === 'leader' && record.term === core.term)) return;
    let votes = 0;
    for (const id of history.records.keys())
      if (history.votes.get(`${id}@${core.term}`) === record.id) votes += 1;
    // Its own vote is seen when it asks for those of others, of whom there may be none.
    if (votes < history.majority && history.majority > 1)
      throw new BrokenInvariant(
        this.name,
        `${record.id} leads term ${core.term} with ${votes} votes, and a majority is ${history.majority}`,
      );
  },
};
