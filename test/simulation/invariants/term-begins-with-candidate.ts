import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

const FIRST_TERM = 1;
const highestIn = new WeakMap<History, number>();

/** A term begins with a candidate that votes for itself (§5.2): neither a pre-vote nor anything else raises one (dissertation §9.6). */
export const termBeginsWithCandidate: Invariant = {
  name: 'A Term Begins With A Candidate',
  stepped(history, record, core) {
    const highest = highestIn.get(history) ?? FIRST_TERM;
    if (core.term <= highest) return;
    highestIn.set(history, core.term);
    if (core.votedFor !== record.id)
      throw new BrokenInvariant(
        this.name,
        `${record.id} is the first in term ${core.term}, as ${core.role}, and its vote is ${core.votedFor ?? 'nobody'}'s`,
      );
  },
};
