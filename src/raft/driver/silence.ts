import type { NodeId } from '../../ordered-log/index.ts';

interface Watched {
  /** Since anything was heard of it that shows that it serves. */
  ticksUnheard: number;
  /** Since its log has moved, while it lagged behind what is committed. */
  ticksStanding: number;
  matchIndex: number;
}

/**
 * Which nodes the leader has not heard of for too long. One that is heard and does not follow is as good as silent: it says
 * only that it would like to be elected, or its log stands still while others go on. Counted in ticks, at most one a turn,
 * so a leader that was itself asleep does not take its own sleep for everybody's silence.
 */
export class Silence {
  readonly #limitTicks: number;
  readonly #nodes = new Map<NodeId, Watched>();

  constructor(peers: readonly NodeId[], limitTicks: number) {
    this.#limitTicks = limitTicks;
    this.watch(peers);
  }

  /** Who is watched from now on; those who are new get the whole time. */
  watch(peers: readonly NodeId[]): void {
    for (const peer of this.#nodes.keys()) if (!peers.includes(peer)) this.#nodes.delete(peer);
    for (const peer of peers) {
      if (!this.#nodes.has(peer)) this.#nodes.set(peer, { ticksUnheard: 0, ticksStanding: 0, matchIndex: 0 });
    }
  }

  heard(peer: NodeId): void {
    const node = this.#nodes.get(peer);
    if (node !== undefined) node.ticksUnheard = 0;
  }

  /** Part of a snapshot arrived there: its log stands still, but it is on its way. */
  moved(peer: NodeId): void {
    const node = this.#nodes.get(peer);
    if (node !== undefined) node.ticksStanding = 0;
  }

  /** This node begins to lead: everybody gets the whole time anew. */
  restart(): void {
    for (const node of this.#nodes.values())
      Object.assign(node, { ticksUnheard: 0, ticksStanding: 0, matchIndex: 0 });
  }

  tick(): void {
    for (const node of this.#nodes.values()) {
      node.ticksUnheard += 1;
      node.ticksStanding += 1;
    }
  }

  /** Up to where this follower's log is known to be the leader's. */
  stands(peer: NodeId, matchIndex: number, commitIndex: number): void {
    const node = this.#nodes.get(peer);
    if (node === undefined) return;
    if (matchIndex > node.matchIndex || matchIndex >= commitIndex) node.ticksStanding = 0;
    node.matchIndex = matchIndex;
  }

  silent(): readonly NodeId[] {
    const isSilent = ({ ticksUnheard, ticksStanding }: Watched): boolean =>
      ticksUnheard >= this.#limitTicks || ticksStanding >= this.#limitTicks;
    return [...this.#nodes].filter(([, node]) => isSilent(node)).map(([peer]) => peer);
  }

  /** Ticks since this peer was last heard, or null for a stranger. */
  ticksSince(peer: NodeId): number | null {
    return this.#nodes.get(peer)?.ticksUnheard ?? null;
  }
}
