import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { votersOf } from './quorum.ts';

/**
 * Of two memberships that follow each other the majorities meet, for at most one voter comes or goes (dissertation §4.1); and the
 * later one was made by a leader that had committed an entry of its own term (the bug of 2015 in single-server changes).
 */
export const membershipChanges: Invariant = {
  name: 'Consecutive Majorities Meet',
  committed(history, index) {
    const { memberships, committed } = history;
    const after = memberships.at(-1);
    const before = memberships.at(-2);
    if (after?.index !== index || before === undefined) return;
    const [now, then] = [votersOf(after), votersOf(before)];
    const comeOrGo = [...now.filter((id) => !then.includes(id)), ...then.filter((id) => !now.includes(id))];
    if (comeOrGo.length > 1)
      throw new BrokenInvariant(
        this.name,
        `entry ${index} makes ${now.join(' ')} of ${then.join(' ')} in one step`,
      );
    const term = committed[index - 1]?.entry.term;
    if (committed[index - 2]?.entry.term !== term)
      throw new BrokenInvariant(
        'No Change Before A Commit Of Its Term',
        `entry ${index} changes the membership, and is the first of term ${term}`,
      );
  },
};
