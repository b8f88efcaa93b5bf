import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { drawPlan } from '../simulation/faults/draw-plan.ts';
import type { run } from '../simulation/run.ts';

/** What a process that runs a copy is asked. */
export interface RunRequest {
  readonly seed: number;
  /** Null: as the seed decides. */
  readonly theme: string | null;
}

/** What one run of the simulator came to. */
export interface RunOutcome {
  readonly seed: number;
  readonly events: number;
  /** Of the processor: what it took, however busy the machine is. */
  readonly cpuSeconds: number;
  readonly failure: { readonly invariant: string; readonly what: string } | null;
}

/** In a process of its own: loads the simulator of the copy in this folder, and runs the seeds that the parent sends. */
export async function serveRuns(folder: string): Promise<void> {
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(folder, path)).href);
  const plans = (await load('test/simulation/faults/draw-plan.ts')) as { readonly drawPlan: typeof drawPlan };
  const runs = (await load('test/simulation/run.ts')) as { readonly run: typeof run };
  process.on('disconnect', () => process.exit());
  process.on('message', ({ seed, theme }: RunRequest) => {
    const before = process.cpuUsage();
    const { events, failure } = runs.run(
      plans.drawPlan(seed, { nodes: null, steps: null, budget: null, theme }),
    );
    const outcome: RunOutcome = {
      seed,
      events,
      cpuSeconds: secondsSince(before),
      failure: failure === null ? null : { invariant: failure.invariant, what: failure.what },
    };
    process.send?.(outcome);
  });
  process.send?.('ready');
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
