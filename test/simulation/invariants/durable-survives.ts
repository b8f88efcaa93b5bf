import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { sameBytes } from './same-bytes.ts';

/** What the disk has answered for is found again after every crash. */
export const durableSurvives: Invariant = {
  name: 'Durable Survives',
  started(_history, record, { entries }) {
    if (record.destroyed) return;
    for (const [place, entry] of record.durable.entries()) {
      const found = entries[place];
      if (found !== undefined && found.term === entry.term && sameBytes(found, entry)) continue;
      // A truncation that was on its way may have reached the disk, and something else in its place.
      if (found !== undefined && found.term > entry.term) return;
      if (found === undefined && record.truncating > 0 && place + 1 >= record.truncating) return;
      throw new BrokenInvariant(
        this.name,
        `${record.id} had entry ${entry.index} of term ${entry.term} on its disk, and comes back ${found === undefined ? `with a log that ends at ${entries.length}` : `with another one, of term ${found.term}`}`,
      );
    }
  },
};
