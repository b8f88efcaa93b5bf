import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** A leader commits only entries of its own term by counting; those before them come with them (§5.4.2, Figure 8). */
export const commitRule: Invariant = {
  name: 'Only Its Own Term By Counting',
  stepped(_history, record, core) {
    const led = record.role === 'leader' && core.role === 'leader' && record.term === core.term;
    if (!led || core.commitIndex <= record.commitIndex) return;
    const term = core.log.termAt(core.commitIndex);
    if (term !== core.term)
      throw new BrokenInvariant(
        this.name,
        `${record.id} leads term ${core.term} and commits up to entry ${core.commitIndex}, which is of term ${term}`,
      );
  },
};
