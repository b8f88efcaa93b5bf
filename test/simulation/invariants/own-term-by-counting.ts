import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** A leader commits by counting only what is of its own term; what is older is committed with it (§5.4.2, Figure 8). */
export const ownTermByCounting: Invariant = {
  name: 'Only Its Own Term By Counting',
  stepped(_history, record, core) {
    const leads = core.role === 'leader' && record.role === 'leader' && record.term === core.term;
    if (!leads || core.commitIndex === record.commitIndex) return;
    const term = core.log.termAt(core.commitIndex);
    if (term !== core.term)
      throw new BrokenInvariant(
        this.name,
        `${record.id} leads term ${core.term} and commits up to entry ${core.commitIndex}, of term ${term}`,
      );
  },
};
