import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangingSchedule } from './support/changing-schedule.ts';
import { FIVE, n1, n2, n3, n4, n5 } from './support/server.ts';

const RUNS = 80;

const choices = fc.array(fc.noBias(fc.nat(80 * 1000)), { minLength: 300, maxLength: 2000, size: 'max' });

describe('random schedules in which logs are compacted, members come and go, and disks forget', () => {
  it.each([
    ['three, and two that may join,', [n1, n2, n3], [n4, n5]],
    ['five', FIVE, []],
  ] as const)(
    'with %s no promise is broken, and after healing everything goes on',
    (_, founders, joiners) => {
      const seen = { elections: 0, commits: 0, installed: 0, changed: 0, readmitted: 0 };
      const check = (list: readonly number[]): void => {
        const schedule = new ChangingSchedule(founders, joiners);
        schedule.play(list);
        schedule.heal();
        const { promises } = schedule;
        seen.elections += promises.leaderCount;
        seen.commits += promises.committedCount;
        seen.installed += promises.installed;
        seen.changed += promises.changed;
        seen.readmitted += promises.readmitted;
      };
      fc.assert(fc.property(choices, check), { numRuns: RUNS });
      // A schedule in which nothing happens breaks no promise either: see that things happen.
      expect(Object.entries(seen).filter(([, count]) => count < RUNS / 4)).toEqual([]);
    },
  );
});
