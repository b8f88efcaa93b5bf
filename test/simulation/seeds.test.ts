import { describe, expect, it } from 'vitest';
import { drawPlan } from './faults/draw-plan.ts';
import type { Budget } from './faults/plan.ts';
import { failureReport } from './report/failure-report.ts';
import { run } from './run.ts';

/** Runs on one core for about the time that a person waits for tests; `npm run simulate -- --for 8h` goes on. */
const RUNS = 48;
const RUNS_OVER_BUDGET = 12;
const TOGETHER = 4;
const STEPS = 12_000;

const groups = (runs: number) => Array.from({ length: runs / TOGETHER }, (_, group) => group * TOGETHER + 1);

function expectNoFailure(first: number, budget: Budget): void {
  for (let seed = first; seed < first + TOGETHER; seed += 1) {
    const outcome = run(drawPlan(seed, { nodes: null, steps: STEPS, budget }));
    expect(outcome.failure, failureReport(outcome, 40)).toBeNull();
  }
}

describe('a simulated cluster under faults', () => {
  it.each(groups(RUNS))('keeps every promise in the runs from seed %i on', (first) => {
    expectNoFailure(first, 'within');
  });
});

describe('a simulated cluster that loses more disks than it can bear', () => {
  it.each(groups(RUNS_OVER_BUDGET))(
    'tells nobody anything wrong, refuses clearly and deletes nothing, in the runs from seed %i on',
    (first) => {
      expectNoFailure(first, 'over');
    },
  );
});
