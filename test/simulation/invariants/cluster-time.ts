import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** Along the committed log cluster time never falls, whoever led. */
export const clusterTimeNeverFalls: Invariant = {
  name: 'Cluster Time Never Falls',
  committed(history, index) {
    const before = history.committed[index - 2]?.entry;
    const entry = history.committed[index - 1]?.entry;
    if (before === undefined || entry === undefined || entry.clusterTimeMs >= before.clusterTimeMs) return;
    throw new BrokenInvariant(
      this.name,
      `entry ${index} is stamped ${entry.clusterTimeMs} ms, and the one before it ${before.clusterTimeMs} ms`,
    );
  },
};
