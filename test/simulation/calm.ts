import { expect } from 'vitest';
import { drawPlan } from './faults/draw-plan.ts';
import type { Budget, Fault, Plan } from './faults/plan.ts';
import { failureReport } from './report/failure-report.ts';
import type { Listener } from './report/story.ts';
import { run } from './run.ts';
import { CALM } from './world/peer-mesh.ts';

/** Three nodes in calm weather, with snapshots all the time, and nothing but these faults. */
export function calmBut(seed: number, budget: Budget, faults: readonly Fault[], spares = 0): Plan {
  const drawn = drawPlan(seed, { nodes: 3, steps: null, budget });
  const { raft } = drawn.settings;
  const snapshots = { ...raft.snapshots, everyLogBytes: 1_500, trailingBytes: 0, chunkBytes: 300 };
  return {
    ...drawn,
    birth: 'calm',
    spares,
    forMs: 2_000,
    weather: { ...CALM, clockRates: [1, 1, 1, 1] },
    settings: { ...drawn.settings, raft: { ...raft, snapshots, maxUncommittedBytes: 65_536 } },
    faults,
  };
}

/** Runs it, and returns what came of it; everything that must hold in any run held. */
export function live(plan: Plan, listener: Listener | null = null) {
  const outcome = run(plan, listener);
  expect(outcome.failure, failureReport(outcome, 40)).toBeNull();
  return outcome.counts;
}
