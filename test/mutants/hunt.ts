import type { Copies } from './copy-folder.ts';
import { CopyRunner } from './copy-runner.ts';
import { holds } from './held.ts';
import type { Mutant } from './mutant.ts';
import type { RunOutcome, RunRequest } from './serve-runs.ts';
import { themeOf } from './theme-of.ts';

/** What became of a planted bug. */
export type Verdict =
  | {
      readonly kind: 'caught';
      /** Which check noticed it. */
      readonly by: string;
      readonly what: string;
      readonly seed: number;
      readonly runs: number;
      /** In all runs together. */
      readonly events: number;
      /** Of the processor. */
      readonly seconds: number;
    }
  /** By a test file; `what`: its tests that fail. */
  | { readonly kind: 'held'; readonly by: string; readonly what: string }
  | { readonly kind: 'survived'; readonly runs: number; readonly events: number; readonly seconds: number };

export interface HuntOptions {
  readonly firstSeed: number;
  /** Of the processor, for each bug. */
  readonly budgetSeconds: number;
  /** A run of the simulator that takes longer, of the processor, hangs. */
  readonly runLimitMs: number;
}

/** The source as it is: a seed on which it fails too proves nothing about a bug. Made when it is first needed. */
export class Control {
  readonly #copies: Copies;
  #runner: CopyRunner | null = null;
  readonly #failing = new Map<string, Promise<RunOutcome>>();

  constructor(copies: Copies) {
    this.#copies = copies;
  }

  async fails(request: RunRequest, limitMs: number): Promise<boolean> {
    const key = `${request.seed} ${request.theme}`;
    this.#runner ??= new CopyRunner(this.#copies.take(null));
    const runner = this.#runner;
    let outcome = this.#failing.get(key);
    if (outcome === undefined) {
      // One after the other: the process takes one seed at a time.
      const before = Promise.allSettled(this.#failing.values());
      outcome = before.then(() => runner.run(request, limitMs));
      this.#failing.set(key, outcome);
    }
    return (await outcome).failure !== null;
  }

  async stop(): Promise<void> {
    await this.#runner?.stop();
  }
}

/** Looks whether a bug is noticed: by the test file that is to hold it, or else by the simulator. */
export async function hunt(
  mutant: Mutant,
  copies: Copies,
  control: Control,
  options: HuntOptions,
): Promise<Verdict> {
  const { heldBy } = mutant;
  if (heldBy === undefined) return huntBySeeds(mutant, copies, control, options);
  const hold = await holds(mutant, heldBy, copies);
  if (hold.kind === 'held') return { kind: 'held', by: heldBy, what: hold.what };
  return { kind: 'survived', runs: 1, events: 0, seconds: 0 };
}

/** Runs seed after seed until the bug is caught, or its time is spent. */
async function huntBySeeds(
  mutant: Mutant,
  copies: Copies,
  control: Control,
  options: HuntOptions,
): Promise<Verdict> {
  const runner = new CopyRunner(copies.take(mutant));
  const theme = themeOf(mutant);
  let seconds = 0;
  let runs = 0;
  let events = 0;
  try {
    for (let seed = options.firstSeed; runs === 0 || seconds < options.budgetSeconds; seed += 1) {
      const outcome = await runner.run({ seed, theme }, options.runLimitMs);
      runs += 1;
      events += outcome.events;
      seconds += outcome.cpuSeconds;
      if (outcome.failure === null || (await control.fails({ seed, theme }, options.runLimitMs))) continue;
      const { invariant: by, what } = outcome.failure;
      return { kind: 'caught', by, what, seed, runs, events, seconds };
    }
    return { kind: 'survived', runs, events, seconds };
  } finally {
    await runner.stop();
  }
}
