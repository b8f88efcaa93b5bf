import type { NodeId } from '../../ordered-log/index.ts';

interface Round {
  /** The end of the leader's log when the round began. */
  readonly end: number;
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

  constructor(electionTicks: number) {
    this.#electionTicks = electionTicks;
  }

  /** One tick has passed. Returns whether the server has caught up; once it has, it stays so until it is forgotten. */
  tick(id: NodeId, matchIndex: number, lastIndex: number): boolean {
    if (this.#done.has(id)) return true;
    const round = this.#rounds.get(id) ?? { end: lastIndex, ticks: 0 };
    round.ticks += 1;
    if (matchIndex < round.end) this.#rounds.set(id, round);
    else if (round.ticks <= this.#electionTicks) this.#done.add(id);
    else this.#rounds.set(id, { end: lastIndex, ticks: 0 });
    return this.#done.has(id);
  }

  forget(id: NodeId): void {
    this.#rounds.delete(id);
    this.#done.delete(id);
  }
}
