import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { sameBytes } from './same-bytes.ts';

/**
 * What the disk has answered for is found again after every crash. If it was destroyed, by a node that vouches for its disk, that
 * is: whoever lacks something says so.
 */
export const durableSurvives: Invariant = {
  name: 'Durable Survives',
  started(_history, record, { base, entries, hardState }) {
    const isEmpty = entries.length === 0 && base.index === 0;
    if (record.destroyed && (isEmpty || hardState.standing !== 'voting')) return;
    // A snapshot of the leader has taken the place of a log that went another way.
    if (base.index > 0 && record.durable[base.index - 1]?.term !== base.term) return;
    for (const [place, entry] of record.durable.entries()) {
      if (place < base.index) continue;
      const found = entries[place - base.index];
      if (found !== undefined && found.term === entry.term && sameBytes(found, entry)) continue;
      // A truncation that was on its way may have reached the disk, and something else in its place.
      if (found !== undefined && found.term > entry.term) return;
      if (found === undefined && record.truncating > 0 && place + 1 >= record.truncating) return;
      throw new BrokenInvariant(
        this.name,
        `${record.id} had entry ${entry.index} of term ${entry.term} on its disk, and comes back ${found === undefined ? `with a log that ends at ${base.index + entries.length}` : `with another one, of term ${found.term}`}`,
      );
    }
  },
};
