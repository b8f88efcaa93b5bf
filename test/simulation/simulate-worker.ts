import { parentPort, workerData } from 'node:worker_threads';
import { drawPlan } from './faults/draw-plan.ts';
import type { PlanOptions } from './faults/draw-plan.ts';
import type { Outcome } from './run.ts';
import { run } from './run.ts';

/** Which seeds a worker runs: from `first` on, every `step`-th, until `untilMs` since 1970. */
export interface Work {
  readonly first: number;
  readonly step: number;
  readonly untilMs: number;
  readonly options: PlanOptions;
}

/** What a worker reports of one run: enough to count, and of a failure everything. */
export interface Report {
  readonly seed: number;
  readonly events: number;
  readonly simulatedMs: number;
  readonly failed: Outcome | null;
}

export function work(): void {
  const { first, step, untilMs, options } = workerData as Work;
  for (let seed = first; Date.now() < untilMs; seed += step) {
    const outcome = run(drawPlan(seed, options));
    const { events, simulatedMs, failure } = outcome;
    // Bytes of frames travel as bytes: a structured clone keeps them.
    const report: Report = { seed, events, simulatedMs, failed: failure === null ? null : outcome };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a worker's port, no window
    parentPort?.postMessage(report);
  }
}
