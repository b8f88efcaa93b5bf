import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../faults/plan.ts';
import { describe } from '../faults/fault-runner.ts';
import type { Outcome } from '../run.ts';
import { inWords, isWorthTelling } from './words.ts';

export const REGRESSIONS = join(dirname(fileURLToPath(import.meta.url)), '..', 'regressions');

/** A failure that was found once, to be replayed for ever. */
export interface Regression {
  /** What broke when it was found, for people. */
  readonly invariant: string;
  readonly what: string;
  readonly plan: Plan;
}

/** What a person wants to know of a run that failed. */
export function failureReport({ plan, failure, events, simulatedMs, last }: Outcome, tell: number): string {
  if (failure === null) return '';
  return [
    `seed ${plan.seed} broke: ${failure.invariant}`,
    `  ${failure.what}`,
    `  after ${events} events, ${simulatedMs} ms of simulated time, ${plan.nodes} nodes, ${plan.budget} the budget of destroyed disks`,
    `  replay: npm run simulate -- --seed ${plan.seed} --nodes ${plan.nodes} --budget ${plan.budget}${plan.steps === null ? '' : ` --steps ${plan.steps}`}`,
    'faults:',
    ...plan.faults.map((fault) => `  at ${fault.atMs} ms, ${describe(fault)}`),
    'the last events:',
    ...last.filter(isWorthTelling).slice(-tell).map(inWords),
  ].join('\n');
}

/** Saves a failure as a file that a person can read, and that the tests replay if it lies in `REGRESSIONS`. Returns its path. */
export function saveRegression({ plan, failure }: Outcome, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const name = `${(failure?.invariant ?? 'unknown').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${plan.seed}.json`;
  const regression: Regression = {
    invariant: failure?.invariant ?? '',
    what: failure?.what.split('\n')[0] ?? '',
    plan,
  };
  const path = join(folder, name);
  writeFileSync(path, `${JSON.stringify(regression, null, 2)}\n`);
  return path;
}
