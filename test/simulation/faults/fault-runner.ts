import type { NodeId } from '../../../src/ordered-log/index.ts';
import { handOver } from '../world/hand-over.ts';
import type { NodeHost } from '../world/node-host.ts';
import { MS } from '../world/settings.ts';
import type { World } from '../world/world.ts';
import { asMayBe, isAlone, mayDestroy, mayFail } from './budget.ts';
import { damage } from './damage.ts';
import { cutOffInTurn } from './in-turn.ts';
import { misread } from './misread.ts';
import { newcomersCome } from './newcomers.ts';
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
    const { plan, mesh, sockets, operator } = this.#world;
    mesh.weather = plan.weather;
    operator.begin();
    sockets.resetChance = plan.weather.clientReset;
    for (const fault of plan.faults) this.#world.in(fault.atMs * MS, () => this.#strike(fault));
  }

  /** Every fault ends: the network carries, disks answer, clocks tick, and whoever can runs. Somebody sees to those who cannot by themselves. */
  end(): void {
    this.#ended = true;
    const { mesh, sockets, hosts, operator, plan } = this.#world;
    mesh.calm();
    sockets.calm();
    operator.rest();
    for (const host of hosts) {
      host.disarm();
      host.disk.slowness = 1;
      host.disk.hangsUntilUs = 0;
      host.disk.sim.freeBytes = Number.MAX_SAFE_INTEGER;
      host.ticksStallUntilUs = 0;
      if (plan.budget === 'within') operator.mend(host);
      if (host.process === null && host.isInUse) host.restartIn(1);
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
        this.#crashAll(fault);
        return;
      case 'cut-start':
        this.#cutStart(fault);
        return;
      case 'full-disks':
        this.#fill(fault.nodes, fault.forMs);
        return;
      case 'members':
        this.#world.operator.changeMembers(fault);
        return;
      case 'newcomers':
        newcomersCome(this.#world, fault);
        return;
      case 'take-snapshot':
        this.#host(fault.node).act(({ node }) => node.administer({ kind: 'take-snapshot' }, () => undefined));
        return;
      case 'release':
        this.#world.operator.install(this.#host(fault.node), fault.to, fault.downMs);
        return;
      case 'roll':
        this.#world.operator.roll(fault.everyMs);
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
      case 'full-disk':
        this.#fill([fault.node], fault.forMs);
        return;
      case 'damage':
        if (mayDestroy(this.#world, this.#host(fault.node), fault.how))
          damage(this.#world, this.#host(fault.node), asMayBe(this.#world, fault));
        return;
      case 'misread':
        this.#misread(fault);
        return;
      case 'transfer':
        handOver(this.#host(fault.node), fault.to);
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

  #arm(fault: Extract<Fault, { kind: 'crash' }>): void {
    const host = this.#host(fault.node);
    const mustSpare = fault.loss.of === 'power-any' && !mayFail(this.#world, [fault.node]);
    // From now on it counts, for nobody knows when its moment comes.
    host.arm(mustSpare ? { ...fault, loss: { ...fault.loss, of: 'power' } } : fault);
  }

  #crashAll({ nodes, loss, downMs, id }: Extract<Fault, { kind: 'crash-all' }>): void {
    if (loss.of !== 'power-any') {
      for (const node of nodes) this.#host(node).kill('crashed', loss, downMs, id);
      return;
    }
    // The disks are kept busy first, so that all of them are in the middle of something.
    for (const node of nodes) this.#host(node).disk.slowness = BUSY_FACTOR;
    this.#later(BUSY_MS, () => {
      for (const node of nodes) this.#host(node).disk.slowness = 1;
      const of = mayFail(this.#world, nodes) ? 'power-any' : 'power';
      for (const node of nodes) this.#host(node).kill('crashed', { of, keep: loss.keep }, downMs, id);
    });
  }

  /** Also of one that is down, and will find its folder in doubt. */
  #cutStart({ node, call, keep, downMs, id }: Extract<Fault, { kind: 'cut-start' }>): void {
    const host = this.#host(node);
    const isDown = host.process === null && host.restartPlanned && host.health.hurt === 'damaged';
    if ((host.process === null && !isDown) || !mayFail(this.#world, [node])) return;
    const stream = this.#world.dice.of('cut-start', id);
    const loss = { of: 'power-any', keep } as const;
    const moment = stream.pick(['write-done', 'sync-issued'] as const);
    host.cutNextStart(call, () => stream.below(100) < keep, { moment, loss, downMs, id });
    host.kill('crashed', loss, downMs, id);
  }

  #misread(fault: Extract<Fault, { kind: 'misread' }>): void {
    const { operator, plan } = this.#world;
    const host = this.#host(fault.node);
    if (!isAlone(this.#world) || plan.budget === 'over' || !host.isWell || host.process === null) return;
    misread(this.#world, host, fault);
    this.#later(fault.downMs + SEEN_TO_MS, () => {
      operator.mend(host);
      host.restartIn(1);
    });
  }

  #fill(nodes: readonly NodeId[], forMs: number): void {
    for (const node of nodes) {
      const { sim } = this.#host(node).disk;
      sim.freeBytes = 0;
      this.#later(forMs, () => {
        sim.freeBytes = Number.MAX_SAFE_INTEGER;
      });
    }
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
    const { hosts, allIds } = this.#world;
    const leads = hosts.filter(({ process }) => process?.node.core?.role === 'leader');
    const leader = leads.toSorted(
      (a, b) => (b.process?.node.core?.term ?? 0) - (a.process?.node.core?.term ?? 0),
    )[0];
    if (leader === undefined) return;
    const others = allIds.filter((node) => node !== leader.id);
    // What a leader that is cut off appends is never committed, and that a change of the members is cut away again must be understood.
    const isCutOff = suffers === 'isolation' || suffers === 'succession' || suffers === 'overtaken';
    if (isCutOff && id % 2 === 0)
      this.#later(1, () => this.#world.operator.changeMembers({ change: 'add', luck: id }));
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
        handOver(leader);
        return;
      case 'succession':
        this.#cut([leader.id], others, 'both', 200);
        this.#killSuccessor(leader.process?.node.core?.term ?? 0, 200, id);
        return;
      case 'overtaken':
        this.#overtake(leader, forMs);
        return;
      case 'in-turn':
        cutOffInTurn(this.#world, leader, { forMs, id });
        return;
      case 'half-heard': {
        const stream = this.#world.dice.of('half-heard', id);
        const hears = stream.pick(others);
        const deaf = others.filter((other) => other !== hears);
        this.#cut([leader.id], deaf, 'one', forMs);
        this.#later(forMs, () => leader.kill('crashed', { of: 'process', keep: 50 }, stream.skewed(200), id));
        return;
      }
      default:
        suffers satisfies never;
    }
  }

  #overtake(leader: NodeHost, forMs: number): void {
    const { mesh, hosts } = this.#world;
    const others = hosts.filter((host) => host !== leader);
    const term = leader.process?.node.core?.term ?? 0;
    const hasBegun = ({ process }: NodeHost): boolean => {
      const core = process?.node.core ?? null;
      return core?.role === 'leader' && core.term > term && core.log.termAt(core.commitIndex) === core.term;
    };
    const wait = (leftMs: number): void => {
      if (leftMs > 0 && !others.some(hasBegun)) return this.#later(1, () => wait(leftMs - 1));
      for (const host of others)
        host.act(({ node }) => node.administer({ kind: 'take-snapshot' }, () => undefined));
      this.#later(SNAPSHOT_MS, () => mesh.isolate(leader.id, -1));
    };
    mesh.isolate(leader.id, 1);
    wait(200 + forMs);
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

/** So long a snapshot may take to be written. */
const SNAPSHOT_MS = 25;
/** So long it takes until somebody has seen to a disk. */
const SEEN_TO_MS = 40;
const BUSY_FACTOR = 40;
const BUSY_MS = 30;

/** A fault in words. */
export function describe({ id: _id, atMs: _atMs, kind, ...rest }: Fault): string {
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  return `${kind}: ${facts.join(', ')}`;
}
