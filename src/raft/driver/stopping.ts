/** How a node leaves: it hands leadership over, lets its commands settle, ends its own incarnation. Each step has a deadline in ticks. */
export type StopPhase = 'handing-over' | 'settling' | 'ending' | 'stopped';

const ORDER: readonly StopPhase[] = ['handing-over', 'settling', 'ending', 'stopped'];

export class Stopping {
  readonly #ticksPerPhase: number;
  #phase: StopPhase = 'handing-over';
  #ticksLeft: number;

  constructor(ticksPerPhase: number) {
    this.#ticksPerPhase = ticksPerPhase;
    this.#ticksLeft = ticksPerPhase;
  }

  get phase(): StopPhase {
    return this.#phase;
  }

  tick(): void {
    this.#ticksLeft -= 1;
    if (this.#ticksLeft <= 0) this.next();
  }

  /** This step is done, or its time is up. */
  next(): void {
    this.#phase = ORDER[ORDER.indexOf(this.#phase) + 1] ?? 'stopped';
    this.#ticksLeft = this.#ticksPerPhase;
  }
}
