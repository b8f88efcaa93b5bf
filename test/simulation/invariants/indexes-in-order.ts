import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** applied ≤ commit ≤ last, on every node. (What is applied is compared while it happens.) */
export const indexesInOrder: Invariant = {
  name: 'Applied ≤ Commit ≤ Last',
  stepped(_history, record, core) {
    if (record.appliedIndex > core.commitIndex || core.commitIndex > core.log.lastIndex) {
      throw new BrokenInvariant(
        this.name,
        `${record.id} has applied ${record.appliedIndex}, committed ${core.commitIndex}, and its log ends at ${core.log.lastIndex}`,
      );
    }
  },
};
