import type { NodeId } from '../../ordered-log/index.ts';

/** Rounds after which the leader has seen enough (dissertation §4.2.1: "a fixed number of rounds (such as 10)"). */
export const ROUNDS = 10;

/**
 * - `catching-up`: it may still come to it.
 * - `caught-up`: it finished a round within an election timeout. It stays so until it is forgotten.
 * - `lagging`: it has had all its rounds, and each took longer. One that is quick enough later mends it.
 */
export type Pace = 'catching-up' | 'caught-up' | 'lagging';

interface Round {
  /** The end of the leader's log when the round began. */
  readonly end: number;
  readonly number: number;
  ticks: number;
}

/**
 * Whether a server that was far behind has caught up (dissertation §4.2.1): entries are replicated to it in rounds, each up to where
 * the leader's log ended when the round began. One that finishes a round within an election timeout would hold nobody up.
 */
export class CatchingUp {
  readonly #electionTicks: number;
  readonly #rounds = new Map<NodeId, Round>();
  readonly #done = new Set<NodeId>();
  readonly #lagging = new Set<NodeId>();

  constructor(electionTicks: number) {
    this.#electionTicks = electionTicks;
  }

  /** Who is lagging. */
  get lagging(): ReadonlySet<NodeId> {
    return this.#lagging;
  }

  /** One tick has passed. */
  tick(id: NodeId, matchIndex: number, lastIndex: number): Pace {
    if (this.#done.has(id)) return 'caught-up';
    const round = this.#rounds.get(id) ?? { end: lastIndex, number: 1, ticks: 0 };
    this.#rounds.set(id, round);
    round.ticks += 1;
    if (matchIndex >= round.end) this.#finish(id, round, lastIndex);
    if (this.#done.has(id)) return 'caught-up';
    return this.#lagging.has(id) ? 'lagging' : 'catching-up';
  }

  #finish(id: NodeId, { number, ticks }: Round, lastIndex: number): void {
    if (ticks <= this.#electionTicks) {
      this.#done.add(id);
      this.#lagging.delete(id);
      return;
    }
    if (number >= ROUNDS) this.#lagging.add(id);
    this.#rounds.set(id, { end: lastIndex, number: number + 1, ticks: 0 });
  }

  forget(id: NodeId): void {
    this.#rounds.delete(id);
    this.#done.delete(id);
    this.#lagging.delete(id);
  }
}
