import { encodeGenesis } from '../../src/chat/commands/genesis-codec.ts';
import type { NodeId } from '../../src/ordered-log/index.ts';
import { nodeId } from '../../src/ordered-log/index.ts';
import { ClusterInvariants } from './cluster-invariants.ts';
import { SendHistory } from './sim-listener.ts';
import { SimNetwork } from './sim-network.ts';
import type { SimWorld } from './sim-node.ts';
import { SimNode } from './sim-node.ts';
import { SIM_LIMITS } from './sim-settings.ts';

/**
 * A whole cluster in one process: the real core, driver, log and chat state machine over a simulated network and
 * simulated disks. Nothing moves by itself; whoever drives it chooses what happens next.
 */
export class SimCluster implements SimWorld {
  readonly network = new SimNetwork();
  readonly invariants = new ClusterInvariants();
  readonly history = new SendHistory();
  readonly nodes: readonly SimNode[];
  #texts = 0;

  /** `founders` found the cluster; `joiners` have empty folders, and may be let in. */
  constructor(founders: number, seed: number, joiners = 0) {
    const ids = Array.from({ length: founders + joiners }, (_, place) => nodeId(`n${place + 1}`));
    const genesis = encodeGenesis(SIM_LIMITS);
    this.nodes = ids.map(
      (id, place) =>
        new SimNode(this, { id, founders: ids.slice(0, founders), genesis, seed: seed * 31 + place }),
    );
    for (const node of this.nodes.slice(founders)) node.isForgetful = true;
    for (const node of this.nodes) node.start();
  }

  /** Those that belong to the cluster, as its leader knows them. */
  get members(): readonly SimNode[] {
    const members = this.leader?.core?.membership.members ?? [];
    return this.nodes.filter((node) => members.some(({ id }) => id === node.id));
  }

  /** The leader is asked to let a node in, which votes once it has caught up. True if there was anything to ask. */
  letIn(node: SimNode): boolean {
    const { leader } = this;
    if (leader === undefined || this.members.includes(node)) return false;
    const member = { id: node.id, folderId: null, peer: '', client: '', http: '' };
    leader.node?.administer({ kind: 'add-member', member }, () => undefined);
    leader.act();
    return true;
  }

  /**
   * As many disks may forget as may fail, and one of three that did is enough: two that remember must be left, and
   * must be able to say so.
   */
  mayForget(node: SimNode): boolean {
    return this.nodes.every(
      (other) => other === node || other.standing === 'voting' || !this.members.includes(other),
    );
  }

  node(id: NodeId): SimNode {
    const found = this.nodes.find((node) => node.id === id);
    if (found === undefined) throw new Error(`no node ${id}`);
    return found;
  }

  /** One frame arrives; true if there was one. */
  deliver(place: number): boolean {
    const frame = this.network.take(place);
    if (frame === undefined) return false;
    this.node(frame.to).receive(frame.from, frame.bytes);
    return true;
  }

  /** A new text is sent through this node; false if it cannot take one now. */
  sendThrough(node: SimNode): boolean {
    this.#texts += 1;
    return node.listener?.send(`text ${this.#texts}`) ?? false;
  }

  /** Lets everything happen in good order, as on a healthy machine, for some rounds of one tick each. */
  runCalmly(rounds: number, until: () => boolean = () => false): boolean {
    for (let round = 0; round < rounds; round += 1) {
      if (until()) return true;
      this.settle();
      for (const node of this.nodes) node.tick();
    }
    this.settle();
    return until();
  }

  /** Delivers and completes whatever is on its way, until nothing is. Bounded, so a message loop is found rather than followed. */
  settle(): void {
    for (let steps = 0; steps < 100_000; steps += 1) {
      let moved = this.deliver(0);
      for (const node of this.nodes) moved = node.completeDisk(0) || moved;
      if (!moved) return;
    }
    throw new Error('the network does not come to rest: somebody answers every message with another');
  }

  /** All faults end: every node runs and every link carries. */
  heal(): void {
    this.network.mendAll();
    for (const node of this.nodes) if (!node.running) node.start();
    for (const node of this.nodes) node.reconnect();
  }

  get leader(): SimNode | undefined {
    const leaders = this.nodes.filter((node) => node.core?.role === 'leader');
    return leaders.toSorted((a, b) => (b.core?.term ?? 0) - (a.core?.term ?? 0))[0];
  }
}
