import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** Between two looks at the clock a node may be in the middle of a turn. */
const SLACK_TICKS = 3;

/** A leader that no majority speaks to steps down (check-quorum, dissertation §6.2), and so does one whose disk hangs. */
export const leaderMakesWay: Invariant = {
  name: 'A Leader Without Majority Or Disk Makes Way',
  ticked({ limits, majority, records }, record) {
    const { core, ticks } = record;
    if (core === null || core.role !== 'leader' || record.role !== 'leader' || records.size === 1) return;
    const patience = limits.electionTicks + SLACK_TICKS;
    if (ticks - record.leadsSinceTick > patience) {
      const heard = [...record.heardAtTick.values()].filter((tick) => ticks - tick <= patience).length;
      if (heard + 1 < majority)
        throw new BrokenInvariant(
          this.name,
          `${record.id} leads term ${core.term}, though in ${patience} ticks only ${heard} others were heard`,
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
