import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** At most one leader a term, over all of history (Raft, Figure 3). */
export const electionSafety: Invariant = {
  name: 'Election Safety',
  stepped(history, record, core) {
    if (core.role !== 'leader') return;
    const known = history.leaderOfTerm.get(core.term);
    if (known === undefined) history.leaderOfTerm.set(core.term, record.id);
    else if (known !== record.id)
      throw new BrokenInvariant(this.name, `${known} and ${record.id} both lead term ${core.term}`);
  },
};
