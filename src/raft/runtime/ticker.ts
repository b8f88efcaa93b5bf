/**
 * Ticks that a stalled event loop cannot bunch up. Timers run before sockets are read, so after a stall an overdue tick
 * would come before the heartbeats that already wait in the socket, and depose a healthy leader. The timer therefore
 * only marks the tick as due; it is delivered after one further poll, and there is never more than one on its way.
 */
export class Ticker {
  readonly #timer: NodeJS.Timeout;
  readonly #tick: () => void;
  #state: 'idle' | 'due' | 'stopped' = 'idle';

  constructor(tickMs: number, tick: () => void) {
    this.#tick = tick;
    this.#timer = setInterval(() => this.#due(), tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#state = 'stopped';
  }

  #due(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'due';
    setImmediate(() => setImmediate(() => this.#deliver()));
  }

  #deliver(): void {
    if (this.#state !== 'due') return;
    this.#state = 'idle';
    this.#tick();
  }
}
