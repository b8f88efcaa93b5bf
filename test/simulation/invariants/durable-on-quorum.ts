import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** Whatever anybody takes for committed is on the disks of a majority at that moment, those of crashed nodes included. */
export const durableOnQuorum: Invariant = {
  name: 'Committed Is Durable On A Quorum',
  committed(history, index) {
    const committed = history.committed[index - 1];
    if (committed === undefined) return;
    const { entry, by } = committed;
    let disks = 0;
    for (const { durable, destroyed } of history.records.values()) {
      if (destroyed || durable[index - 1]?.term === entry.term) disks += 1;
    }
    if (disks < history.majority)
      throw new BrokenInvariant(
        this.name,
        `${by} takes entry ${index} of term ${entry.term} for committed, but it is on ${disks} of ${history.records.size} disks`,
      );
  },
};
