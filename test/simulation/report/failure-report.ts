import { describe } from '../faults/fault-runner.ts';
import type { Outcome } from '../run.ts';
import { inWords, isWorthTelling } from './words.ts';

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
