import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** Terms never fall, also across restarts as far as they were durable; the vote of a term never changes; the commit index never falls in one process. */
export const monotoneState: Invariant = {
  name: 'Monotone State',
  started(_history, record, { hardState, entries, base }) {
    const { durableState: was, destroyed } = record;
    const isEmpty = entries.length === 0 && base.index === 0;
    if (was === null || (destroyed && (isEmpty || hardState.standing !== 'voting'))) return;
    if (isEmpty && record.durable.length > 0)
      throw new BrokenInvariant(this.name, `${record.id} starts, and has forgotten everything`);
    if (hardState.term < was.term)
      throw new BrokenInvariant(
        this.name,
        `${record.id} was in term ${was.term}, durably, and comes back in term ${hardState.term}`,
      );
    if (hardState.term === was.term && was.votedFor !== null && hardState.votedFor !== was.votedFor) {
      throw new BrokenInvariant(
        this.name,
        `${record.id} voted for ${was.votedFor} in term ${was.term}, durably, and now knows of ${hardState.votedFor}`,
      );
    }
  },
  stepped(_history, record, core) {
    if (core.term < record.term)
      throw new BrokenInvariant(
        this.name,
        `the term of ${record.id} fell from ${record.term} to ${core.term}`,
      );
    if (core.term === record.term && record.votedFor !== null && core.votedFor !== record.votedFor) {
      throw new BrokenInvariant(
        this.name,
        `the vote of ${record.id} in term ${core.term} changed from ${record.votedFor} to ${core.votedFor}`,
      );
    }
    if (core.commitIndex < record.commitIndex)
      throw new BrokenInvariant(
        this.name,
        `the commit index of ${record.id} fell from ${record.commitIndex} to ${core.commitIndex}`,
      );
  },
};
