import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Frame } from '../../../src/raft/driver/frames.ts';
import { decodeFrame } from '../../../src/raft/driver/frames.ts';
import type { PeerNetwork } from '../../../src/raft/driver/peer-network.ts';
import type { Weather } from '../faults/plan.ts';
import type { NodeHost } from './node-host.ts';
import type { Link } from './peer-link.ts';
import { newLink } from './peer-link.ts';
import { ALL_FORMATS } from './releases.ts';
import { MS } from './settings.ts';
import type { World } from './world.ts';

/** Frames of a connection that may come again over a later one, and within which time. */
const REMEMBERED = 16;
const GHOSTS_WITHIN_MS = 200;
/** Events that the network has for a node come to it in a moment of their own. */
const SOON_US = 10;

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
  slowTurns: 0,
};

/** The network between the nodes. Meaner than TCP: frames are lost, overtaken and repeated while the connection stands. */
export class PeerMesh {
  weather: Weather = CALM;
  /** Are shown each frame before it goes out. */
  readonly lookOuts = new Set<(from: NodeId, to: NodeId, frame: Frame) => void>();
  readonly #world: World;
  readonly #links = new Map<string, Link>();
  /** Whom each node's present process wants to reach. */
  readonly #wanted = new Map<NodeId, ReadonlySet<NodeId>>();
  #frames = 0;
  /** Frames on their way in which more than the cores is interested. */
  readonly #progress = new WeakMap<Uint8Array, Frame>();

  constructor(world: World) {
    this.#world = world;
    for (const from of world.allIds)
      for (const to of world.allIds)
        if (from !== to) this.#links.set(`${from}>${to}`, newLink(from, to, world.dice));
  }

  endOf(host: NodeHost): PeerNetwork {
    return {
      send: (to, frames) => {
        for (const bytes of frames) this.#send(host, to, bytes);
      },
      setPeers: (peers) => this.#setPeers(host.id, new Set(peers.map(({ id }) => id))),
    };
  }

  /** Why some nodes would not have others, as those were told. */
  get refusals(): readonly string[] {
    return [...this.#links.values()].flatMap(({ refusal }) => refusal ?? []);
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

  /** Cuts a node off from all others, both ways; or undoes that once. */
  isolate(node: NodeId, change: 1 | -1): void {
    for (const link of this.#links.values())
      if (link.from === node || link.to === node) this.cut(link.from, link.to, change);
  }

  reset(a: NodeId, b: NodeId): void {
    for (const link of [this.#link(a, b), this.#link(b, a)])
      if (link !== undefined) this.#close(link, 'the connection was reset');
  }

  /** `configured`: whom it dials as long as its log has told it of nobody. */
  nodeStarting(host: NodeHost, configured: readonly NodeId[]): void {
    this.#wanted.set(host.id, new Set(configured));
  }

  nodeStarted(host: NodeHost): void {
    for (const link of this.#links.values()) {
      // Whatever stood with its earlier process is reset by this one.
      if (link.to === host.id && link.state === 'open')
        this.#close(link, 'the other end was another process');
      if (link.from === host.id) this.#dial(link, 2);
    }
  }

  /** `reset`: its machine answers for it, and says that nobody is there. `silence`: it says nothing any more. */
  nodeEnded(host: NodeHost, how: 'reset' | 'silence'): void {
    for (const link of this.#links.values()) {
      if (link.from === host.id) this.#drop(link);
      if (link.to !== host.id || link.state !== 'open') continue;
      if (how === 'reset') this.#close(link, 'the other end is gone');
      else this.#closeLater(link);
    }
    this.#wanted.delete(host.id);
  }

  /** The connection hangs until somebody's patience ends. */
  #closeLater(link: Link): void {
    const { epoch } = link;
    this.#world.in(link.fate.between(50, 400) * MS, () => {
      if (link.epoch === epoch) this.#close(link, 'the other end is silent');
    });
  }

  #link(from: NodeId, to: NodeId): Link | undefined {
    return this.#links.get(`${from}>${to}`);
  }

  #setPeers(self: NodeId, peers: ReadonlySet<NodeId>): void {
    this.#wanted.set(self, peers);
    for (const link of this.#links.values()) {
      if (link.to === self && link.state === 'open' && !peers.has(link.from))
        this.#soon(() => this.#close(link, 'it was hung up'));
      if (link.from !== self) continue;
      if (peers.has(link.to)) this.#dial(link, 2);
      else this.#soon(() => this.#hangUp(link));
    }
  }

  #soon(act: () => void): void {
    this.#world.in(SOON_US, act);
  }

  /** Without a word, unless it is still wanted: by its list, or because the other has come in. */
  #hangUp(link: Link): void {
    if (!this.#isWanted(link)) this.#drop(link);
  }

  #drop(link: Link): void {
    if (link.state === 'open')
      this.#world.tell({ kind: 'link', from: link.from, to: link.to, now: 'hung up' });
    link.state = 'down';
    link.epoch += 1;
  }

  /** In its list, or a guest: one that came in without being in it is answered, as long as it stays. */
  #isWanted({ from, to }: Link): boolean {
    const wanted = this.#wanted.get(from);
    return wanted !== undefined && (wanted.has(to) || this.#link(to, from)?.state === 'open');
  }

  #dial(link: Link, withinMs: number): void {
    if (link.state === 'open' || !this.#isWanted(link)) return;
    link.state = 'dialing';
    link.dials += 1;
    const { dials } = link;
    this.#world.in(link.fate.between(100, withinMs * MS), () => {
      if (link.dials === dials) this.#open(link);
    });
  }

  #open(link: Link): void {
    if (link.state !== 'dialing') return;
    link.state = 'down';
    const from = this.#world.host(link.from);
    const to = this.#world.host(link.to);
    const [a, b] = [from.process?.node, to.process?.node];
    // Whoever is not there dials again when it starts.
    if (a === undefined || !this.#isWanted(link)) return;
    const back = this.#link(link.to, link.from);
    const isCut = link.cuts > 0 || (back?.cuts ?? 0) > 0;
    if (b === undefined || isCut || from.isPaused || to.isPaused) {
      const isRefused = b === undefined && to.refusesConnections && !isCut && !from.isPaused;
      this.#unreached(link, isRefused ? 'refused' : 'no answer');
      return this.#dial(link, 100);
    }
    const [hello, answer] = [a.greetingFor(link.to), b.greetingFor(link.from)];
    const there = b.admit(hello);
    const here = a.admit(answer);
    if (there.kind === 'refused' || here.kind === 'refused') {
      const why = there.kind === 'refused' ? there.why : here.kind === 'refused' ? here.why : '';
      this.#world.tell({ kind: 'link', from: link.from, to: link.to, now: `refused: ${why}` });
      link.suspicion = 'none';
      if (there.kind === 'refused' && link.refusal !== why) {
        link.refusal = why;
        from.act(({ node }) => node.refused(link.to, why));
      }
      return this.#dial(link, 300);
    }
    link.state = 'open';
    link.epoch += 1;
    link.refusal = null;
    link.suspicion = 'none';
    link.folders = `${hello.folderId}>${answer.folderId}`;
    this.#world.tell({ kind: 'link', from: link.from, to: link.to, now: 'open' });
    to.act(({ node }) => node.accepted(link.from, hello));
    from.act(({ node }) => node.connected(link.to, answer));
    if (back !== undefined) this.#cameIn(back);
    this.#haunt(link);
  }

  /** Whoever this link leads to has come in: it lives, and need not be waited for. */
  #cameIn(back: Link): void {
    back.suspicion = 'none';
    this.#dial(back, 2);
  }

  /**
   * A connection that stood has ended at this end. If a new one is refused at once, the process there seems to be gone, and the node
   * is told so after a moment; if nobody answers, there is nothing to be said.
   */
  #unreached(link: Link, how: 'refused' | 'no answer'): void {
    if (link.suspicion !== 'to-be-proved' || how === 'no answer') {
      if (link.suspicion === 'to-be-proved') link.suspicion = 'none';
      return;
    }
    link.suspicion = 'confirmed';
    const host = this.#world.host(link.from);
    const { process } = host;
    this.#world.in(link.fate.between(1 * MS, 8 * MS), () => {
      if (link.suspicion !== 'confirmed' || host.process !== process) return;
      link.suspicion = 'none';
      this.#world.tell({ kind: 'link', from: link.from, to: link.to, now: 'its process seems to be gone' });
      host.act(({ node }) => {
        this.#world.checker.history.record(host.id).hintsOf.add(link.to);
        node.unreachable(link.to);
      });
    });
  }

  #close(link: Link, why: string): void {
    const wasOpen = link.state === 'open';
    link.state = 'down';
    link.epoch += 1;
    if (wasOpen) {
      this.#world.tell({ kind: 'link', from: link.from, to: link.to, now: why });
      this.#world.host(link.from).act(({ node }) => node.disconnected(link.to, why));
      if (link.suspicion === 'none') link.suspicion = 'to-be-proved';
      const back = this.#link(link.to, link.from);
      if (back !== undefined) this.#wentOut(back);
    }
    this.#dial(link, wasOpen ? 2 : 50);
  }

  /** The connection over which this one's other end came in has ended. */
  #wentOut(back: Link): void {
    if (back.state === 'open') return;
    if (!this.#isWanted(back)) return this.#drop(back);
    if (back.suspicion === 'none') back.suspicion = 'to-be-proved';
    this.#dial(back, 2);
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
    const { fate, epoch, folders } = link;
    const [isLost, again, late, straggles] = [fate.next(), fate.next(), fate.next(), fate.next()];
    const travelUs = 50 + fate.below(latencyMs * MS);
    const extraUs = fate.below(Math.max(1, stragglerMs) * MS);
    const lateUs = fate.skewed(4_000 * MS);
    if (isLost < loss) this.#world.tell({ kind: 'frame-lost', id, from: host.id, to, why: 'lost' });
    else if (straggles < straggler * often)
      this.#world.in(travelUs + extraUs, () => this.#arrive(link, id, bytes, epoch, folders));
    else {
      link.lastArrivalUs = Math.max(link.lastArrivalUs, this.#world.nowUs + travelUs);
      this.#world.at(link.lastArrivalUs, () => this.#arrive(link, id, bytes, epoch, folders));
    }
    if (again < duplicate * often)
      this.#world.in(travelUs + extraUs + 1, () => this.#arrive(link, id, bytes, epoch, folders));
    if (late < lateDuplicate * often)
      this.#world.in(travelUs + lateUs, () => this.#arrive(link, id, bytes, null, folders));
  }

  /** What was sent over earlier connections comes again over this one, some of it when its sender is another process. */
  #haunt(link: Link): void {
    const { ghosts, remembered } = link;
    for (const { bytes, folders } of remembered) {
      if (!ghosts.chance(this.weather.ghosts)) continue;
      this.#frames += 1;
      const id = this.#frames;
      this.#world.in(ghosts.below(GHOSTS_WITHIN_MS * MS), () => this.#arrive(link, id, bytes, null, folders));
    }
  }

  #remember({ ghosts, remembered, folders }: Link, bytes: Uint8Array): void {
    if (this.weather.ghosts === 0) return;
    if (remembered.length < REMEMBERED) remembered.push({ bytes, folders });
    else if (ghosts.chance(0.1)) remembered[ghosts.below(REMEMBERED)] = { bytes, folders };
  }

  /**
   * `epoch`: over which connection it was sent; null: it comes over whichever there is. But never from or to another life of a node
   * than it was sent from or to: that only frames of the newest connection are delivered is what readmission is built on.
   */
  #arrive(link: Link, id: number, bytes: Uint8Array, epoch: number | null, folders: string): void {
    const { from, to } = link;
    const host = this.#world.host(to);
    const isOther = (epoch !== null && link.epoch !== epoch) || link.folders !== folders;
    const gone = link.state !== 'open' || isOther || host.process === null;
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
      const progress = this.#progress.get(bytes);
      if (progress !== undefined && !host.health.isElsewhere) this.#hears(to, from, progress);
      node.received(from, [bytes]);
    });
  }

  #hears(to: NodeId, from: NodeId, frame: Frame): void {
    this.#world.checker.history.frameHeard(to, from, frame);
    if (frame.kind !== 'snapshot-progress') return;
    const { received, file } = frame.progress;
    if (received > 0 && received < file.bytes) this.#world.host(from).strike('snapshot-half-way');
  }

  #look(host: NodeHost, to: NodeId, bytes: Uint8Array): 'rare' | 'common' {
    const frame = decodeFrame(bytes, ALL_FORMATS);
    for (const lookOut of this.lookOuts) lookOut(host.id, to, frame);
    if (frame.kind === 'raft' && !host.health.isElsewhere) {
      const { message } = frame;
      this.#world.checker.history.sent(host.id, to, message);
      if (message.kind === 'request-vote' || message.kind === 'request-vote-response')
        host.strike('vote-sent');
    }
    host.strike('frame-sent');
    if (frame.kind === 'snapshot-chunk') {
      if (!host.health.isElsewhere) this.#world.checker.history.frameSent(host.id, to, frame);
      host.strike('snapshot-sent');
      const { offset, bytes: part, file } = frame.chunk;
      // The last one makes the follower take the snapshot, and must not do so again when it has gone on.
      if (offset + part.length === file.bytes) return 'rare';
    }
    if (frame.kind === 'snapshot-progress') {
      this.#progress.set(bytes, frame);
      host.strike('snapshot-arrives');
    }
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
