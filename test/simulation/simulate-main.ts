import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Command, InvalidArgumentError } from 'commander';
import { drawPlan } from './faults/draw-plan.ts';
import type { PlanOptions } from './faults/draw-plan.ts';
import type { Budget } from './faults/plan.ts';
import { failureReport } from './report/failure-report.ts';
import { htmlTrace } from './report/html-trace.ts';
import { ndjsonTrace } from './report/ndjson-trace.ts';
import { REGRESSIONS, saveRegression } from './report/regression.ts';
import { shrink } from './report/shrink.ts';
import type { Told } from './report/story.ts';
import type { Outcome } from './run.ts';
import { run } from './run.ts';
import type { Report, Work } from './simulate-worker.ts';

const LAST_EVENTS = 60;
const SHRINKING_RUNS = 150;

interface Options {
  readonly seed?: number;
  readonly steps?: number;
  readonly for?: number;
  readonly nodes?: 1 | 3 | 5;
  readonly budget?: Budget;
  readonly trace?: string;
  readonly paper?: boolean;
  readonly theme?: string;
  readonly shrink: boolean;
}

/** `npm run simulate`: one run of a seed, or as many runs as there is time for. Exit code 1 if one failed. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('simulate')
    .description('Runs whole clusters in one process, breaks them in every way, and checks what must hold.')
    .option('--seed <n>', 'the run of this seed; with --for, the first one', wholeNumber)
    .option('--steps <n>', 'end the time of faults after so many events', wholeNumber)
    .option('--for <time>', 'as many runs as fit in, on all cores: 30s, 10m, 8h', duration)
    .option('--nodes <n>', '1, 3 or 5; without it, the seed decides', nodeCount)
    .option(
      '--budget <kind>',
      'how many disks may be destroyed: within (a minority) or over; without it, the seed decides',
      budgetKind,
    )
    .option(
      '--paper',
      'without snapshots, changes of the members, and disks that forget: what Figure 2 knows',
    )
    .option(
      '--theme <name>',
      'only runs with this trouble, within the budget: overtaken, upgraded, … (an unknown name lists them)',
    )
    .option('--trace <file>', 'write the run as a picture (.html) or as events (.ndjson)')
    .option('--no-shrink', 'do not look for a smaller run that fails in the same way');
  const options = program.parse([...argv]).opts<Options>();
  const plan: PlanOptions = {
    nodes: options.nodes ?? null,
    steps: options.steps ?? null,
    budget: options.budget ?? null,
    scope: options.paper === true ? 'paper' : 'all',
    theme: options.theme ?? null,
  };
  const seed = options.seed ?? Math.floor(Math.random() * 1_000_000_000);
  const failed =
    options.for === undefined ? one(seed, plan, options.trace) : await many(seed, plan, options.for);
  if (failed === null) return;
  process.exitCode = 1;
  console.error(failureReport(failed, LAST_EVENTS));
  if (!options.shrink) return;
  console.error(`\nlooking for a smaller run that fails in the same way …`);
  const smallest = shrink(failed, SHRINKING_RUNS, run);
  console.error(failureReport(smallest, LAST_EVENTS));
  console.error(`saved: ${saveRegression(smallest, REGRESSIONS)}`);
}

function one(seed: number, planOptions: PlanOptions, trace: string | undefined): Outcome | null {
  const told: Told[] = [];
  const plan = drawPlan(seed, planOptions);
  const outcome = run(plan, trace === undefined ? null : (it) => told.push(it));
  if (trace?.endsWith('.html') === true) writeFileSync(trace, htmlTrace(plan, told, outcome));
  else if (trace !== undefined) writeFileSync(trace, ndjsonTrace(told));
  const { events, simulatedMs, digest, counts } = outcome;
  console.log(
    `seed ${seed}: ${plan.nodes} nodes, ${plan.budget} budget, ${events} events, ${simulatedMs} ms simulated, digest ${digest}`,
  );
  console.log(
    Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(', '),
  );
  return outcome.failure === null ? null : outcome;
}

async function many(seed: number, options: PlanOptions, forMs: number): Promise<Outcome | null> {
  const cores = availableParallelism();
  const started = Date.now();
  const total = { runs: 0, events: 0, simulatedMs: 0 };
  let told = started;
  const progress = (): void => {
    const seconds = (Date.now() - started) / 1_000;
    console.log(
      `${seconds.toFixed(0)} s: ${total.runs} runs, ${total.events} events (${Math.round(total.events / seconds)} a second), ${(total.simulatedMs / 1_000).toFixed(0)} s simulated`,
    );
  };
  console.log(`seeds from ${seed} on, on ${cores} cores`);
  const failed = await new Promise<Outcome | null>((resolve, reject) => {
    let running = cores;
    const workers = Array.from({ length: cores }, (_, place) => {
      const workerData: Work = { first: seed + place, step: cores, untilMs: started + forMs, options };
      const worker = new Worker(new URL('./simulate-worker.js', import.meta.url), { workerData });
      worker.on('error', reject);
      worker.on('exit', () => {
        running -= 1;
        if (running === 0) resolve(null);
      });
      worker.on('message', (report: Report) => {
        total.runs += 1;
        total.events += report.events;
        total.simulatedMs += report.simulatedMs;
        if (Date.now() - told > 10_000) {
          told = Date.now();
          progress();
        }
        if (report.failed === null) return;
        resolve(report.failed);
        for (const one of workers) void one.terminate();
      });
      return worker;
    });
  });
  progress();
  return failed;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function nodeCount(text: string): number {
  if (!['1', '3', '5'].includes(text)) throw new InvalidArgumentError('It is 1, 3 or 5.');
  return Number(text);
}

function budgetKind(text: string): Budget {
  if (text !== 'within' && text !== 'over') throw new InvalidArgumentError('It is within or over.');
  return text;
}

function duration(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  if (unit === '') throw new InvalidArgumentError('It is a number with s, m or h, as in 10m.');
  return Number(count) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h'];
}
