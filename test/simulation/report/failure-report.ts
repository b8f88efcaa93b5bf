import { describe } from '../faults/fault-runner.ts';
import type { Outcome } from '../run.ts';
import { inWords, isWorthTelling } from './words.ts';

/** What a person wants to know of a run that failed. */
export function failureReport({ plan, failure, events, simulatedMs, last }: Outcome, tell: number): string {
  if (failure === null) return '';
  const { seed, drawnWith, nodes, budget, steps } = plan;
  const options = [
    `--seed ${seed}`,
    ...drawnWith,
    `--nodes ${nodes} --budget ${budget}`,
    ...(steps === null ? [] : [`--steps ${steps}`]),
  ];
  return [
    `seed ${seed} broke: ${failure.invariant}`,
    `  ${failure.what}`,
    `  after ${events} events, ${simulatedMs} ms of simulated time, ${nodes} nodes, ${budget} the budget of destroyed disks`,
    `  replay: npm run simulate -- ${options.join(' ')}`,
    'faults:',
    ...plan.faults.map((fault) => `  at ${fault.atMs} ms, ${describe(fault)}`),
    'the last events:',
    ...last.filter(isWorthTelling).slice(-tell).map(inWords),
  ].join('\n');
}
