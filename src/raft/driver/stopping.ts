/** How a node leaves: it hands leadership over, lets its commands settle, ends its own incarnation. */
export type StopPhase = 'handing-over' | 'settling' | 'ending' | 'stopped';

/** How far a leaving node has come. */
export interface StopFacts {
  /** It leads others, who would miss their leader. */
  readonly leadsOthers: boolean;
  /** Nothing of its own waits or is on its way. */
  readonly settled: boolean;
  /** Its incarnation is over. */
  readonly ended: boolean;
}

/** What is to be done next, if anything, unless it is being done already. A transfer that failed is worth another. */
export type StopWish = 'transfer' | 'farewell' | 'nothing';

const ORDER: readonly StopPhase[] = ['handing-over', 'settling', 'ending', 'stopped'];

/** The steps of a graceful stop, each with a deadline in ticks: a node that cannot leave in good order leaves all the same. */
export class Stopping {
  readonly #ticksPerPhase: number;
  #phase: StopPhase = 'handing-over';
  #ticksLeft: number;

  constructor(ticksPerPhase: number) {
    this.#ticksPerPhase = ticksPerPhase;
    this.#ticksLeft = ticksPerPhase;
  }

  get stopped(): boolean {
    return this.#phase === 'stopped';
  }

  tick(): void {
    this.#ticksLeft -= 1;
    if (this.#ticksLeft <= 0) this.#next();
  }

  /** Goes on as far as the facts allow, and says what would help. */
  advance({ leadsOthers, settled, ended }: StopFacts): StopWish {
    if (this.#phase === 'handing-over' && !leadsOthers) this.#next();
    if (this.#phase === 'settling' && settled) this.#next();
    if (this.#phase === 'ending' && ended) this.#next();
    if (this.#phase === 'ending') return 'farewell';
    return this.#phase === 'handing-over' ? 'transfer' : 'nothing';
  }

  /** This step is done, or its time is up. */
  #next(): void {
    this.#phase = ORDER[ORDER.indexOf(this.#phase) + 1] ?? 'stopped';
    this.#ticksLeft = this.#ticksPerPhase;
  }
}
