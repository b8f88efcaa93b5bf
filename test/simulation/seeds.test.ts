import { describe, expect, it } from 'vitest';
import { drawPlan } from './faults/draw-plan.ts';
import { failureReport } from './report/failure-report.ts';
import { run } from './run.ts';

/** Runs on one core for about the time that a person waits for tests; `npm run simulate -- --for 8h` goes on. */
const RUNS = 60;
const TOGETHER = 4;
const STEPS = 12_000;

describe('a simulated cluster under faults', () => {
  it.each(Array.from({ length: RUNS / TOGETHER }, (_, group) => group * TOGETHER + 1))(
    'keeps every promise in the runs from seed %i on',
    (first) => {
      for (let seed = first; seed < first + TOGETHER; seed += 1) {
        const outcome = run(drawPlan(seed, { nodes: null, steps: STEPS }));
        expect(outcome.failure, failureReport(outcome, 40)).toBeNull();
      }
    },
  );
});
