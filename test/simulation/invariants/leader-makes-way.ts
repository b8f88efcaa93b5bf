import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { majorityOf, votersAt } from './quorum.ts';

/** Between two looks at the clock a node may be in the middle of a turn. */
const SLACK_TICKS = 3;

/** A leader that no majority speaks to steps down (check-quorum, dissertation §6.2), and so does one whose disk hangs. */
export const leaderMakesWay: Invariant = {
  name: 'A Leader Without Majority Or Disk Makes Way',
  ticked({ limits }, record) {
    const { core, ticks } = record;
    if (core === null || core.role !== 'leader' || record.role !== 'leader') return;
    const voters = votersAt(core);
    if (voters.length === 1 && voters[0] === record.id) return;
    const patience = limits.electionTicks + SLACK_TICKS;
    if (ticks - record.leadsSinceTick > patience) {
      const heard = voters.filter(
        (id) => id === record.id || ticks - (record.heardAtTick.get(id) ?? -Infinity) <= patience,
      ).length;
      if (heard < majorityOf(voters.length))
        throw new BrokenInvariant(
          this.name,
          `${record.id} leads term ${core.term}, though in ${patience} ticks only ${heard} of ${voters.length} voters were heard, itself included`,
        );
    }
    const waits = ticks - (record.issuedAtTick[0] ?? ticks);
    if (waits > 2 * limits.electionTicks + SLACK_TICKS)
      throw new BrokenInvariant(
        this.name,
        `${record.id} leads term ${core.term}, though its disk has not answered for ${waits} ticks`,
      );
  },
};
