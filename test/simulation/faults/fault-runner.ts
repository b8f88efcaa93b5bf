import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { NodeHost } from '../world/node-host.ts';
import { MS } from '../world/settings.ts';
import type { World } from '../world/world.ts';
import { damage } from './damage.ts';
import type { Fault } from './plan.ts';

/** Brings a plan's faults about, each at its time, and ends them all in the end. */
export class FaultRunner {
  readonly #world: World;
  #ended = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** From now on the weather is what the plan says, and its faults come. */
  begin(): void {
    const { plan, mesh, sockets } = this.#world;
    mesh.weather = plan.weather;
    sockets.resetChance = plan.weather.clientReset;
    for (const fault of plan.faults) this.#world.in(fault.atMs * MS, () => this.#strike(fault));
  }

  /** Every fault ends: the network carries, disks answer, clocks tick, and whoever can runs. */
  end(): void {
    this.#ended = true;
    const { mesh, sockets, hosts } = this.#world;
    mesh.calm();
    sockets.calm();
    for (const host of hosts) {
      host.disarm();
      host.disk.slowness = 1;
      host.disk.hangsUntilUs = 0;
      host.disk.sim.freeBytes = Number.MAX_SAFE_INTEGER;
      host.ticksStallUntilUs = 0;
      if (host.process === null) host.restartIn(1);
    }
  }

  #strike(fault: Fault): void {
    if (this.#ended) return;
    this.#world.tell({ kind: 'fault', what: describe(fault) });
    const { mesh, sockets, clients } = this.#world;
    switch (fault.kind) {
      case 'crash':
        this.#arm(fault);
        return;
      case 'leader':
        this.#strikeLeader(fault);
        return;
      case 'crash-all':
        for (const node of fault.nodes) this.#host(node).kill('crashed', fault.loss, fault.downMs, fault.id);
        return;
      case 'pause':
        this.#host(fault.node).pause(fault.forMs);
        return;
      case 'stall-ticks': {
        const host = this.#host(fault.node);
        host.ticksStallUntilUs = this.#world.nowUs + fault.forMs * MS;
        this.#later(fault.forMs, () => host.bunchTicks(fault.bunch));
        return;
      }
      case 'cut':
        this.#cut(fault.from, fault.to, fault.ways, fault.forMs);
        return;
      case 'flap':
        this.#flap(fault);
        return;
      case 'reset-link':
        mesh.reset(fault.a, fault.b);
        return;
      case 'slow-disk': {
        const { disk } = this.#host(fault.node);
        disk.slowness = fault.factor;
        this.#later(fault.forMs, () => {
          disk.slowness = 1;
        });
        return;
      }
      case 'hang-disk':
        this.#host(fault.node).disk.hangsUntilUs = this.#world.nowUs + fault.forMs * MS;
        return;
      case 'fail-disk':
        this.#host(fault.node).disk.sim.failNext(fault.operation, 'io');
        return;
      case 'full-disk': {
        const { sim } = this.#host(fault.node).disk;
        sim.freeBytes = 0;
        this.#later(fault.forMs, () => {
          sim.freeBytes = Number.MAX_SAFE_INTEGER;
        });
        return;
      }
      case 'damage':
        if (this.#mayDestroy(this.#host(fault.node))) damage(this.#world, this.#host(fault.node), fault);
        return;
      case 'transfer':
        this.#host(fault.node).handOver();
        return;
      case 'leave':
        this.#host(fault.node).leave(fault.downMs);
        return;
      case 'client-cut':
        sockets.cut(fault.client, fault.node, fault.forMs);
        return;
      case 'client-stall':
        sockets.stall(fault.client, fault.forMs + 1);
        if (fault.ending === 'is-gone') this.#later(fault.forMs, () => sockets.reset(fault.client));
        return;
      case 'client-reset':
        sockets.reset(fault.client);
        return;
      case 'client-restart':
        clients[fault.client]?.restart(fault.downMs);
        return;
      default:
        fault satisfies never;
    }
  }

  /** Counted are the disks that were hit and whose nodes are not well again. */
  #mayDestroy(host: NodeHost): boolean {
    const { hosts, plan } = this.#world;
    const hit = hosts.filter((other) => other !== host && !other.isWell).length + 1;
    return hit <= (plan.budget === 'over' ? hosts.length - 1 : (hosts.length - 1) / 2);
  }

  #arm(fault: Extract<Fault, { kind: 'crash' }>): void {
    const host = this.#host(fault.node);
    if (fault.loss.of !== 'power-any') return host.arm(fault);
    if (!this.#mayDestroy(host)) return host.arm({ ...fault, loss: { ...fault.loss, of: 'power' } });
    // From now on, for nobody knows when its moment comes.
    host.mayBeSuspect = true;
    return host.arm(fault);
  }

  #cut(from: readonly NodeId[], to: readonly NodeId[], ways: 'one' | 'both', forMs: number): void {
    const change = (by: 1 | -1): void => {
      for (const a of from) {
        for (const b of to) {
          this.#world.mesh.cut(a, b, by);
          if (ways === 'both') this.#world.mesh.cut(b, a, by);
        }
      }
    };
    change(1);
    this.#later(forMs, () => change(-1));
  }

  #strikeLeader({ suffers, forMs, id }: Extract<Fault, { kind: 'leader' }>): void {
    const { hosts, ids } = this.#world;
    const leads = hosts.filter(({ process }) => process?.node.core?.role === 'leader');
    const leader = leads.toSorted(
      (a, b) => (b.process?.node.core?.term ?? 0) - (a.process?.node.core?.term ?? 0),
    )[0];
    if (leader === undefined) return;
    const others = ids.filter((node) => node !== leader.id);
    switch (suffers) {
      case 'isolation':
        this.#cut([leader.id], others, 'both', forMs);
        return;
      case 'deafness':
        this.#cut(others, [leader.id], 'one', forMs);
        return;
      case 'pause':
        leader.pause(forMs);
        return;
      case 'crash':
        leader.kill('crashed', { of: 'process', keep: 50 }, forMs, id);
        return;
      case 'hung-disk':
        leader.disk.hangsUntilUs = this.#world.nowUs + (200 + forMs) * MS;
        return;
      case 'transfer':
        leader.handOver();
        return;
      case 'succession':
        this.#cut([leader.id], others, 'both', 200);
        this.#killSuccessor(leader.process?.node.core?.term ?? 0, 200, id);
        return;
      default:
        suffers satisfies never;
    }
  }

  /** Waits for the leader of a later term, and kills it a moment after. */
  #killSuccessor(afterTerm: number, leftMs: number, fault: number): void {
    const isNext = ({ process }: NodeHost): boolean =>
      process?.node.core?.role === 'leader' && process.node.core.term > afterTerm;
    const successor = this.#world.hosts.find(isNext);
    if (successor === undefined) {
      if (leftMs > 0) this.#later(1, () => this.#killSuccessor(afterTerm, leftMs - 1, fault));
      return;
    }
    const stream = this.#world.dice.of('successor', fault);
    this.#later(stream.skewed(20), () =>
      successor.kill('crashed', { of: 'process', keep: 100 }, leftMs + stream.below(300), fault),
    );
  }

  #flap({ a, b, everyMs, forMs }: Extract<Fault, { kind: 'flap' }>): void {
    for (let atMs = 0; atMs < forMs; atMs += 2 * everyMs)
      this.#later(atMs, () => this.#cut([a], [b], 'both', everyMs));
  }

  #later(afterMs: number, act: () => void): void {
    this.#world.in(afterMs * MS, () => {
      if (!this.#ended) act();
    });
  }

  #host(id: NodeId) {
    return this.#world.host(id);
  }
}

/** A fault in words. */
export function describe({ id: _id, atMs: _atMs, kind, ...rest }: Fault): string {
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  return `${kind}: ${facts.join(', ')}`;
}
