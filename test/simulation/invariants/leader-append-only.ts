import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** A leader never overwrites or deletes entries of its own log (Raft, Figure 3). */
export const leaderAppendOnly: Invariant = {
  name: 'Leader Append-Only',
  stepped(_history, record, core) {
    if (record.role !== 'leader' || core.role !== 'leader' || core.term !== record.term) return;
    const first = record.changedFrom;
    if (first > 0 && first <= record.log.length)
      throw new BrokenInvariant(
        this.name,
        `${record.id} leads term ${core.term} and has changed its entry ${first}`,
      );
  },
};
