import { expect, it } from 'vitest';
import { nodeId } from '../../src/ordered-log/index.ts';
import { drawPlan } from './faults/draw-plan.ts';
import type { Plan } from './faults/plan.ts';
import { failureReport } from './report/failure-report.ts';
import { run } from './run.ts';
import { CALM } from './world/peer-mesh.ts';

it('a node that is alone refuses to start on a log that its disk gives back wrongly, and has all of it when that is put right', () => {
  const drawn = drawPlan(1, { nodes: 1, steps: null, budget: 'within' });
  const { raft } = drawn.settings;
  const plan: Plan = {
    ...drawn,
    birth: 'calm',
    forMs: 1_000,
    weather: { ...CALM, clockRates: [1] },
    // All stands in the log, and nothing in a snapshot.
    settings: {
      ...drawn.settings,
      raft: { ...raft, snapshots: { ...raft.snapshots, everyLogBytes: 1_000_000_000 } },
    },
    faults: [{ id: 1, atMs: 600, kind: 'misread', node: nodeId('n1'), downMs: 20 }],
  };
  const outcome = run(plan);
  expect(outcome.failure, failureReport(outcome, 40)).toBeNull();
  expect(outcome.counts).toMatchObject({ refusals: 1, doubts: 0 });
});
