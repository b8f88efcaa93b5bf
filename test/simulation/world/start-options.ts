import { IDENTITY_FILE } from '../../../src/raft/storage/identity.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { SimDisk } from '../sim-disk.ts';
import type { World } from './world.ts';

/** How a node is started by whoever runs the cluster: whom its configuration names, and whether it is to join a cluster that lives. */
export class StartOptions {
  readonly #world: World;
  readonly #id: NodeId;
  /** Once it was started so, it has kept that. */
  #joins: boolean;

  constructor(world: World, id: NodeId, founder: 'founder' | 'spare') {
    this.#world = world;
    this.#id = id;
    this.#joins = founder === 'spare';
  }

  /** For a start on what this disk holds. */
  next(disk: SimDisk): { readonly configured: readonly NodeId[]; readonly joining: boolean } {
    const { ids, operator } = this.#world;
    this.#joins ||= this.#mustJoin(disk);
    const configured = this.#joins ? [...new Set([...ids, ...operator.memberIds, this.#id])] : ids;
    return { configured, joining: this.#joins };
  }

  /** The founder of a cluster that has grown since: its configuration names nobody else, and with an empty folder it would found another one. */
  #mustJoin(disk: SimDisk): boolean {
    const { ids, operator } = this.#world;
    const hasGrown = ids.length === 1 && operator.memberIds.some((id) => id !== this.#id);
    return hasGrown && !disk.list().includes(IDENTITY_FILE);
  }
}
