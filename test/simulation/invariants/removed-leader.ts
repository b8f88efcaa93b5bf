import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** A leader that is no voter any more leads on until that is committed, and not a step longer (dissertation §4.2.2). */
export const removedLeaderStepsDown: Invariant = {
  name: 'A Removed Leader Steps Down',
  stepped(_history, record, core) {
    if (core.role !== 'leader' || core.isVoter || !core.membershipCommitted) return;
    throw new BrokenInvariant(
      this.name,
      `${record.id} leads term ${core.term}, and the committed membership does not name it as a voter`,
    );
  },
};
