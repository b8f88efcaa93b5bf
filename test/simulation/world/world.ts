import { HelloClient } from '../clients/hello-client.ts';
import { PlainPerson } from '../clients/plain-person.ts';
import { Texts } from '../clients/workload.ts';
import { FaultRunner } from '../faults/fault-runner.ts';
import { nodeIds } from '../faults/draw-plan.ts';
import type { Plan } from '../faults/plan.ts';
import { Checker } from '../oracle/checker.ts';
import { ClientOracle } from '../oracle/client-oracle.ts';
import { ShownOracle } from '../oracle/shown-oracle.ts';
import type { Happening, Listener } from '../report/story.ts';
import { Story } from '../report/story.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import { Dice } from './dice.ts';
import { EventQueue } from './event-queue.ts';
import { Operator } from './operator.ts';
import { NodeHost } from './node-host.ts';
import { PeerMesh } from './peer-mesh.ts';
import type { WorldSettings } from './settings.ts';
import { MS } from './settings.ts';
import { Sockets } from './sockets.ts';

/** A whole cluster and its users in one process, on one clock that only moves from event to event. All that happens in it follows from its plan. */
export class World {
  readonly plan: Plan;
  readonly dice: Dice;
  readonly settings: WorldSettings;
  /** The first nodes. */
  readonly ids: readonly NodeId[];
  /** Those, and the machines that may join. */
  readonly allIds: readonly NodeId[];
  readonly story: Story;
  readonly checker: Checker;
  readonly clientOracle: ClientOracle;
  readonly shownOracle: ShownOracle;
  readonly mesh: PeerMesh;
  readonly sockets: Sockets;
  readonly hosts: readonly NodeHost[];
  readonly clients: readonly HelloClient[];
  readonly people: readonly PlainPerson[];
  readonly operator: Operator;
  readonly faults: FaultRunner;
  readonly texts = new Texts();
  nowUs = 0;
  events = 0;
  /** Faults strike and clients ask, as long as it is so. */
  isStormy = true;
  readonly #queue = new EventQueue();

  constructor(plan: Plan, listener: Listener | null) {
    this.plan = plan;
    this.dice = new Dice(plan.seed);
    this.settings = plan.settings;
    this.ids = nodeIds(plan.nodes);
    this.allIds = nodeIds(plan.nodes + plan.spares);
    this.story = new Story(listener);
    this.checker = new Checker(this);
    this.clientOracle = new ClientOracle(this.checker.reference);
    this.shownOracle = new ShownOracle(this.checker.reference);
    this.mesh = new PeerMesh(this);
    this.sockets = new Sockets(this);
    this.hosts = this.allIds.map(
      (id, place) =>
        new NodeHost(
          this,
          id,
          place,
          plan.weather.clockRates[place] ?? 1,
          place < plan.nodes ? 'founder' : 'spare',
        ),
    );
    const { certainClients, wildClients, people } = plan;
    this.clients = Array.from(
      { length: certainClients + wildClients },
      (_, number) => new HelloClient(this, number, number < certainClients ? 'certain' : 'wild'),
    );
    this.people = Array.from(
      { length: people },
      (_, number) => new PlainPerson(this, certainClients + wildClients + number),
    );
    this.operator = new Operator(this);
    this.faults = new FaultRunner(this);
  }

  host(id: NodeId): NodeHost {
    const host = this.hosts.find((host) => host.id === id);
    if (host === undefined) throw new Error(`there is no node ${id}`);
    return host;
  }

  in(afterUs: number, run: () => void): void {
    this.at(this.nowUs + afterUs, run);
  }

  at(atUs: number, run: () => void): void {
    this.#queue.push(Math.max(Math.round(atUs), this.nowUs), run);
  }

  tell(happening: Happening): void {
    this.story.tell(this.nowUs, happening);
  }

  /** One event. Time moves on to it. */
  step(): void {
    const event = this.#queue.pop();
    if (event === undefined) throw new Error('nothing is going to happen any more');
    this.nowUs = event.atUs;
    this.events += 1;
    event.run();
  }

  /** Lets time pass until something holds. False if it did not within so many milliseconds. */
  runUntil(holds: () => boolean, withinMs: number): boolean {
    const endUs = this.nowUs + withinMs * MS;
    while (this.nowUs < endUs) {
      if (holds()) return true;
      this.step();
    }
    return holds();
  }

  /** Those that may run; the others refused to start, or their disks were destroyed. */
  get survivors(): readonly NodeHost[] {
    return this.hosts.filter(({ health }) => health.lost === null);
  }
}
