import type { Backoff } from './backoff.ts';
import { backoffMs } from './backoff.ts';
import type { ClientNode } from './node-address.ts';

/**
 * Which node to connect to. Begins anywhere, so that clients spread. After a failure the next one is tried at once;
 * when all have failed in a row, after a growing waiting time: there is no tight loop when all are down.
 */
export class NodeRotation {
  /** Those that the client was given: tried even when the cluster names others, for nobody else may be left. */
  readonly #given: readonly ClientNode[];
  #nodes: readonly ClientNode[];
  readonly #backoff: Backoff;
  #at: number;
  #failures = 0;
  #preferred: string | null = null;

  constructor(nodes: readonly ClientNode[], backoff: Backoff) {
    if (nodes.length === 0) throw new RangeError('A client needs at least one node to connect to.');
    this.#given = nodes;
    this.#nodes = nodes;
    this.#backoff = backoff;
    this.#at = Math.floor(backoff.random() * nodes.length) % nodes.length;
  }

  get current(): ClientNode {
    const node = this.#nodes[this.#at];
    if (node === undefined) throw new RangeError(`There is no node at place ${this.#at}.`);
    return node;
  }

  /** The cluster says where its nodes are. The current one stays the current one; each is tried once, under whatever name. */
  learn(nodes: readonly ClientNode[]): void {
    if (nodes.length === 0) return;
    const { current } = this;
    const known = [...nodes];
    for (const node of [...this.#given, current])
      if (!known.some((other) => isSame(other, node))) known.push(node);
    this.#nodes = known;
    this.#at = known.findIndex((node) => isSame(node, current));
  }

  /** A node said that this one leads: it is the next to be tried, once. An unknown name is nobody. */
  prefer(id: string): void {
    this.#preferred = id;
  }

  /** The connection to the current node failed or ended. Moves on to the next, to be tried after the returned milliseconds. */
  failed(): number {
    this.#failures += 1;
    const preferred = this.#nodes.findIndex((node) => node.id === this.#preferred);
    const next = (this.#at + 1) % this.#nodes.length;
    this.#at = preferred === -1 || preferred === this.#at ? next : preferred;
    this.#preferred = null;
    const rounds = Math.floor(this.#failures / this.#nodes.length);
    return rounds === 0 ? 0 : backoffMs(this.#backoff, rounds);
  }

  /** The connection has held for a while: the next failure is the first one. */
  succeeded(): void {
    this.#failures = 0;
  }
}

function isSame(one: ClientNode, other: ClientNode): boolean {
  return one.host === other.host && one.port === other.port;
}
