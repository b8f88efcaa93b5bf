import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** A node that recovers still does so when it starts again, unless it was about to write down that it vouches for its disk. */
export const recoversUntilTakenIn: Invariant = {
  name: 'Who Recovers Recovers Until Taken In Again',
  started(_history, record, { hardState, entries, base }) {
    const { durableState, mayVouch } = record;
    const isEmpty = entries.length === 0 && base.index === 0;
    if (durableState?.standing !== 'recovering' || mayVouch || isEmpty) return;
    if (hardState.standing === 'voting')
      throw new BrokenInvariant(
        this.name,
        `${record.id} had yet to be taken in again, and comes back as if it vouched for its disk`,
      );
  },
};
