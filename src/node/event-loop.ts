import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const WINDOW_MS = 60_000;
const NS_PER_MS = 1e6;

/** Watches for how long this process attends to nothing else: while it does not, no heartbeat is sent or heard. */
export class EventLoopWatch {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #beforeMs = 0;

  constructor() {
    this.#delays.enable();
    this.#timer = setInterval(() => {
      this.#beforeMs = this.#longestNowMs;
      this.#delays.reset();
    }, WINDOW_MS);
    this.#timer.unref();
  }

  /** The longest pause of at least the last minute, and of at most the last two. Milliseconds, whole. */
  get longestPauseMs(): number {
    return Math.round(Math.max(this.#beforeMs, this.#longestNowMs));
  }

  /** What was before is of no interest: starting takes as long as it takes. */
  begin(): void {
    this.#delays.reset();
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#delays.disable();
    return Promise.resolve();
  }

  /** What is measured is from one look to the next; on an idle loop that is the resolution. */
  get #longestNowMs(): number {
    return Math.max(0, this.#delays.max / NS_PER_MS - RESOLUTION_MS);
  }
}
