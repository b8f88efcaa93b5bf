import type { Backoff } from './backoff.ts';
import { backoffMs } from './backoff.ts';
import type { ClientNode } from './node-address.ts';

/**
 * Which node to connect to. Begins anywhere, so that clients spread. After a failure the next one is tried at once;
 * when all have failed in a row, after a growing waiting time: there is no tight loop when all are down.
 */
export class NodeRotation {
  readonly #nodes: readonly ClientNode[];
  readonly #backoff: Backoff;
  #at: number;
  #failures = 0;
  #preferred: string | null = null;

  constructor(nodes: readonly ClientNode[], backoff: Backoff) {
    if (nodes.length === 0) throw new RangeError('A client needs at least one node to connect to.');
    this.#nodes = nodes;
    this.#backoff = backoff;
    this.#at = Math.floor(backoff.random() * nodes.length) % nodes.length;
  }

  get current(): ClientNode {
    const node = this.#nodes[this.#at];
    if (node === undefined) throw new RangeError(`There is no node at place ${this.#at}.`);
    return node;
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
