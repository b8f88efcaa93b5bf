import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Copy } from './copy-folder.ts';
import { cpuMsOf } from './cpu-time.ts';
import type { RunOutcome, RunRequest } from './serve-runs.ts';

const PROGRAM = fileURLToPath(new URL('./mutant-process.js', import.meta.url));
/** Of a process that dies, the last that it said is the reason. */
const LAST_WORDS = 400;
const MOST_BY_THE_CLOCK = 10;
const LOOK_AGAIN_MS = 1_000;

/** Runs the simulator of one copy, in a process of its own that may hang or die without harm. */
export class CopyRunner {
  readonly #copy: Copy;
  readonly #process: ChildProcess;
  readonly #loaded: Promise<unknown>;
  #lastWords = '';

  constructor(copy: Copy) {
    this.#copy = copy;
    this.#process = fork(PROGRAM, [this.#copy.folder], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#process.stderr?.on('data', (bytes: Buffer) => {
      this.#lastWords = (this.#lastWords + bytes.toString('utf8')).slice(-LAST_WORDS);
    });
    this.#loaded = Promise.race([once(this.#process, 'message'), once(this.#process, 'exit')]);
  }

  /**
   * One run. A run that takes more than `limitMs` of the processor, or ten times that by the clock, has failed; so has one that the process
   * does not survive. On a busy machine the clock says nothing.
   */
  async run({ seed, theme }: RunRequest, limitMs: number): Promise<RunOutcome> {
    await this.#loaded;
    if (!this.#isAlive) return { ...failedRun(seed), failure: this.#death() };
    const answer = new Promise<RunOutcome>((resolve) => {
      const began = { atMs: Date.now(), cpuMs: this.#cpuMs };
      const look = (): void => {
        const leftMs = limitMs - (this.#cpuMs - began.cpuMs);
        const isLate = Date.now() - began.atMs >= MOST_BY_THE_CLOCK * limitMs;
        if (leftMs > 0 && !isLate) {
          timer = setTimeout(look, Math.max(LOOK_AGAIN_MS, leftMs));
          return;
        }
        const failure = { invariant: 'Every Run Ends', what: `the run did not end within ${limitMs} ms` };
        finish({ ...failedRun(seed), cpuSeconds: limitMs / 1_000, failure });
      };
      let timer = setTimeout(look, limitMs);
      const told = (outcome: RunOutcome): void => finish(outcome);
      const died = (): void => finish({ ...failedRun(seed), failure: this.#death() });
      const finish = (outcome: RunOutcome): void => {
        clearTimeout(timer);
        this.#process.off('message', told).off('close', died);
        resolve(outcome);
      };
      this.#process.once('message', told).once('close', died);
    });
    this.#process.send({ seed, theme });
    return answer;
  }

  /** Ends the process and gives the copy back. */
  async stop(): Promise<void> {
    if (this.#isAlive) {
      const gone = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await gone;
    }
    this.#copy.giveBack();
  }

  /** Where nobody can say, the clock must do. */
  get #cpuMs(): number {
    const { pid } = this.#process;
    return (pid === undefined ? null : cpuMsOf(pid)) ?? Date.now();
  }

  get #isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  #death(): NonNullable<RunOutcome['failure']> {
    return { invariant: 'The Process Survives', what: `the process died: ${this.#lastWords.trim()}` };
  }
}

const failedRun = (seed: number) => ({ seed, events: 0, cpuSeconds: 0 });
