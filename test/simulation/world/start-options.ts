import { IDENTITY_FILE } from '../../../src/raft/storage/identity.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { SimDisk } from '../sim-disk.ts';
import type { World } from './world.ts';

/** How a node is started by whoever runs the cluster: whom its configuration names, and whether it is to join a cluster that lives. */
export class StartOptions {
  readonly #world: World;
  readonly #id: NodeId;
  readonly #isSpare: boolean;
  /** What it has kept since it was started to join: who the members were then. */
  #kept: readonly NodeId[] | null = null;

  constructor(world: World, id: NodeId, founder: 'founder' | 'spare') {
    this.#world = world;
    this.#id = id;
    this.#isSpare = founder === 'spare';
  }

  /** For a start on what this disk holds. */
  next(disk: SimDisk): { readonly configured: readonly NodeId[]; readonly joining: boolean } {
    const { ids, operator } = this.#world;
    const isEmpty = !disk.list().includes(IDENTITY_FILE);
    const joins = isEmpty && (this.#isSpare || this.#isFounderOfMore);
    // What it has kept lies in its folder.
    if (isEmpty) this.#kept = null;
    if (joins) this.#kept = [...new Set([...ids, ...operator.memberIds, this.#id])];
    // A file that names it goes before what it has kept.
    const configured = joins || this.#isSpare ? (this.#kept ?? ids) : ids;
    return { configured, joining: this.#kept !== null };
  }

  /** The founder of a cluster that has grown since: its configuration names nobody else, and with an empty folder it would found another one. */
  get #isFounderOfMore(): boolean {
    const { ids, operator } = this.#world;
    return ids.length === 1 && operator.memberIds.some((id) => id !== this.#id);
  }
}
