import type { NodeId } from '../../ordered-log/index.ts';

/**
 * Which nodes the leader has not heard of for too long. Counted in ticks, at most one a turn, so a leader that was
 * itself asleep does not take its own sleep for everybody's silence.
 */
export class Silence {
  readonly #limitTicks: number;
  readonly #ticks = new Map<NodeId, number>();

  constructor(peers: readonly NodeId[], limitTicks: number) {
    this.#limitTicks = limitTicks;
    for (const peer of peers) this.#ticks.set(peer, 0);
  }

  heard(peer: NodeId): void {
    if (this.#ticks.has(peer)) this.#ticks.set(peer, 0);
  }

  /** This node begins to lead: everybody gets the whole time anew. */
  restart(): void {
    for (const peer of this.#ticks.keys()) this.#ticks.set(peer, 0);
  }

  tick(): void {
    for (const [peer, ticks] of this.#ticks) this.#ticks.set(peer, ticks + 1);
  }

  silent(): readonly NodeId[] {
    return [...this.#ticks].filter(([, ticks]) => ticks >= this.#limitTicks).map(([peer]) => peer);
  }

  /** Ticks since this peer was last heard, or null for a stranger. */
  ticksSince(peer: NodeId): number | null {
    return this.#ticks.get(peer) ?? null;
  }
}
