import type { NodeId } from '../../../src/ordered-log/index.ts';
import { decodeFrame } from '../../../src/raft/driver/frames.ts';
import type { PeerNetwork } from '../../../src/raft/driver/peer-network.ts';
import type { Weather } from '../faults/plan.ts';
import type { Stream } from './dice.ts';
import type { NodeHost } from './node-host.ts';
import { MS } from './settings.ts';
import type { World } from './world.ts';

/** What one node says to another: a connection that it dials, over which frames go one way. */
interface Link {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly fate: Stream;
  readonly ghosts: Stream;
  state: 'down' | 'dialing' | 'open';
  /** Counts the connections: what was sent over one does not arrive over the next, but as a late duplicate. */
  epoch: number;
  /** Of what was sent over it, some that may come again. */
  readonly remembered: Uint8Array[];
  /** Cuts that lie on it. */
  cuts: number;
  lastArrivalUs: number;
}

/** Frames of a connection that may come again over a later one, and within which time. */
const REMEMBERED = 16;
const GHOSTS_WITHIN_MS = 200;

/** A network without troubles. */
export const CALM: Weather = {
  loss: 0,
  duplicate: 0,
  lateDuplicate: 0,
  ghosts: 0,
  straggler: 0,
  stragglerMs: 0,
  latencyMs: 0.5,
  clockRates: [],
  clientReset: 0,
};

/** The network between the nodes. Meaner than TCP: frames are lost, overtaken and repeated while the connection stands. */
export class PeerMesh {
  weather: Weather = CALM;
  readonly #world: World;
  readonly #links = new Map<string, Link>();
  #frames = 0;

  constructor(world: World) {
    this.#world = world;
    for (const from of world.ids) {
      for (const to of world.ids) {
        if (from === to) continue;
        const fate = world.dice.of('frame', from, to);
        this.#links.set(`${from}>${to}`, {
          from,
          to,
          fate,
          ghosts: world.dice.of('ghost', from, to),
          state: 'down',
          epoch: 0,
          remembered: [],
          cuts: 0,
          lastArrivalUs: 0,
        });
      }
    }
  }

  endOf(host: NodeHost): PeerNetwork {
    return {
      send: (to, frames) => {
        for (const bytes of frames) this.#send(host, to, bytes);
      },
    };
  }

  calm(): void {
    this.weather = CALM;
    for (const link of this.#links.values()) link.cuts = 0;
    // What was lost on connections that stand is told by no one in a calm network: they begin anew.
    for (const link of this.#links.values()) this.#close(link, 'the network was repaired');
  }

  cut(from: NodeId, to: NodeId, change: 1 | -1): void {
    const link = this.#link(from, to);
    if (link !== undefined) link.cuts = Math.max(0, link.cuts + change);
  }

  reset(a: NodeId, b: NodeId): void {
    for (const link of [this.#link(a, b), this.#link(b, a)])
      if (link !== undefined) this.#close(link, 'the connection was reset');
  }

  nodeStarted(host: NodeHost): void {
    for (const link of this.#links.values())
      if (link.from === host.id || link.to === host.id) this.#dial(link, 2);
  }

  nodeEnded(host: NodeHost): void {
    for (const link of this.#links.values())
      if (link.from === host.id || link.to === host.id) this.#close(link, 'the other end is gone');
  }

  #link(from: NodeId, to: NodeId): Link | undefined {
    return this.#links.get(`${from}>${to}`);
  }

  #dial(link: Link, withinMs: number): void {
    if (link.state !== 'down') return;
    link.state = 'dialing';
    this.#world.in(link.fate.between(100, withinMs * MS), () => this.#open(link));
  }

  #open(link: Link): void {
    if (link.state !== 'dialing') return;
    link.state = 'down';
    const from = this.#world.host(link.from);
    const to = this.#world.host(link.to);
    const [a, b] = [from.process?.node, to.process?.node];
    // Whoever is not there dials again when it starts.
    if (a === undefined || b === undefined) return;
    const back = this.#link(link.to, link.from);
    if (link.cuts > 0 || (back?.cuts ?? 0) > 0 || from.isPaused || to.isPaused) return this.#dial(link, 100);
    const [hello, answer] = [a.greetingFor(link.to), b.greetingFor(link.from)];
    const [there, here] = [b.admit(hello), a.admit(answer)];
    if (there.kind === 'refused' || here.kind === 'refused') {
      const why = there.kind === 'refused' ? there.why : here.kind === 'refused' ? here.why : '';
      this.#world.tell({ kind: 'link', from: link.from, to: link.to, now: `refused: ${why}` });
      return this.#dial(link, 300);
    }
    link.state = 'open';
    link.epoch += 1;
    this.#world.tell({ kind: 'link', from: link.from, to: link.to, now: 'open' });
    from.act(({ node }) => node.connected(link.to, answer));
    this.#haunt(link);
  }

  #close(link: Link, why: string): void {
    const wasOpen = link.state === 'open';
    link.state = 'down';
    link.epoch += 1;
    if (wasOpen) {
      this.#world.tell({ kind: 'link', from: link.from, to: link.to, now: why });
      this.#world.host(link.from).act(({ node }) => node.disconnected(link.to, why));
    }
    this.#dial(link, 50);
  }

  #send(host: NodeHost, to: NodeId, sent: Uint8Array): void {
    const link = this.#link(host.id, to);
    if (link === undefined || link.state !== 'open') return;
    // A copy, as a socket would make one: nobody may change what is on its way.
    const bytes = sent.slice();
    const core = host.process?.node.core ?? null;
    if (core !== null) this.#world.checker.lookAt(host, core);
    this.#frames += 1;
    const id = this.#frames;
    this.#world.tell({ kind: 'frame-sent', id, from: host.id, to, bytes });
    // Elections are rare, and their messages few: they suffer more often, or their luck would hardly ever be bad.
    const often = this.#look(host, to, bytes) === 'rare' ? 4 : 1;
    this.#remember(link, bytes);
    const { loss, duplicate, lateDuplicate, straggler, stragglerMs, latencyMs } = this.weather;
    const { fate, epoch } = link;
    const [isLost, again, late, straggles] = [fate.next(), fate.next(), fate.next(), fate.next()];
    const travelUs = 50 + fate.below(latencyMs * MS);
    const extraUs = fate.below(Math.max(1, stragglerMs) * MS);
    const lateUs = fate.skewed(4_000 * MS);
    if (isLost < loss) this.#world.tell({ kind: 'frame-lost', id, from: host.id, to, why: 'lost' });
    else if (straggles < straggler * often)
      this.#world.in(travelUs + extraUs, () => this.#arrive(link, id, bytes, epoch));
    else {
      link.lastArrivalUs = Math.max(link.lastArrivalUs, this.#world.nowUs + travelUs);
      this.#world.at(link.lastArrivalUs, () => this.#arrive(link, id, bytes, epoch));
    }
    if (again < duplicate * often)
      this.#world.in(travelUs + extraUs + 1, () => this.#arrive(link, id, bytes, epoch));
    if (late < lateDuplicate * often)
      this.#world.in(travelUs + lateUs, () => this.#arrive(link, id, bytes, null));
  }

  /** What was sent over earlier connections comes again over this one, some of it when its sender is another process. */
  #haunt(link: Link): void {
    const { ghosts, remembered } = link;
    for (const bytes of remembered) {
      if (!ghosts.chance(this.weather.ghosts)) continue;
      this.#frames += 1;
      const id = this.#frames;
      this.#world.in(ghosts.below(GHOSTS_WITHIN_MS * MS), () => this.#arrive(link, id, bytes, null));
    }
  }

  #remember({ ghosts, remembered }: Link, bytes: Uint8Array): void {
    if (this.weather.ghosts === 0) return;
    if (remembered.length < REMEMBERED) remembered.push(bytes);
    else if (ghosts.chance(0.1)) remembered[ghosts.below(REMEMBERED)] = bytes;
  }

  /** `epoch`: over which connection it was sent; null: it comes over whichever there is. */
  #arrive(link: Link, id: number, bytes: Uint8Array, epoch: number | null): void {
    const { from, to } = link;
    const host = this.#world.host(to);
    const gone = link.state !== 'open' || (epoch !== null && link.epoch !== epoch) || host.process === null;
    if (link.cuts > 0 || gone) {
      this.#world.tell({
        kind: 'frame-lost',
        id,
        from,
        to,
        why: gone ? 'its connection is gone' : 'cut off',
      });
      return;
    }
    host.act(({ node }) => {
      this.#world.tell({ kind: 'frame-arrived', id, from, to, bytes });
      node.received(from, [bytes]);
    });
  }

  #look(host: NodeHost, to: NodeId, bytes: Uint8Array): 'rare' | 'common' {
    const frame = decodeFrame(bytes);
    if (frame.kind === 'raft') {
      const { message } = frame;
      this.#world.checker.history.sent(host.id, to, message);
      if (message.kind === 'request-vote' || message.kind === 'request-vote-response')
        host.strike('vote-sent');
    }
    host.strike('frame-sent');
    if (frame.kind !== 'raft') return 'common';
    switch (frame.message.kind) {
      case 'pre-vote':
      case 'pre-vote-response':
      case 'request-vote':
      case 'request-vote-response':
      case 'timeout-now':
        return 'rare';
      default:
        return 'common';
    }
  }
}
