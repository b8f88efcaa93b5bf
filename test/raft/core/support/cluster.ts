import type { Effect } from '../../../../src/raft/core/effect.ts';
import type { Entry } from '../../../../src/raft/core/entry.ts';
import { logIndex, type NodeId, type Term } from '../../../../src/raft/core/ids.ts';
import type { Input } from '../../../../src/raft/core/input.ts';
import type { Member } from '../../../../src/raft/core/membership.ts';
import type { Message } from '../../../../src/raft/core/messages.ts';
import { Raft } from '../../../../src/raft/core/raft.ts';
import { seededRandom } from '../../../../src/raft/core/random.ts';
import type { SnapshotMeta } from '../../../../src/raft/core/snapshot-meta.ts';
import { aligned, diskOf, emptied, suspect, withoutUpTo, withSnapshot, written, type Disk } from './disk.ts';
import { command } from './entries.ts';
import { membersPayload } from './memberships.ts';
import { effectsOf, optionsOf, type EffectOf, type Found } from './server.ts';

/** A message, or a whole snapshot; between two folders: those of another life never get it. */
export interface Letter {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message | { readonly kind: 'snapshot'; readonly term: Term; readonly meta: SnapshotMeta };
}

interface Posted extends Letter {
  readonly fromLife: number;
  readonly toLife: number;
}

interface Node {
  core: Raft;
  readonly found: Found;
  disk: Disk;
  /** Asked of the disk and not answered. */
  writes: EffectOf<'persist'>[];
  up: boolean;
  /** Counts its folders, from 1. */
  life: number;
  /** With which folder of each peer it is connected. */
  readonly hears: Map<NodeId, number>;
}

/** Several cores, with a network and disks that do as they are told. */
export class Cluster {
  readonly ids: readonly NodeId[];
  readonly effects: Array<{ readonly node: NodeId; readonly effect: Effect }> = [];
  letters: Posted[] = [];
  /** Disks answer at once; otherwise `saveAll` or `save` lets them. */
  disksAnswer = true;
  /** Which letters arrive. */
  carries: (letter: Letter) => boolean = () => true;
  readonly #nodes: ReadonlyMap<NodeId, Node>;
  #lives = 0;

  constructor(ids: readonly NodeId[], found: (id: NodeId) => Found = () => ({})) {
    this.ids = ids;
    this.#nodes = new Map(ids.map((id) => [id, this.#newNode({ members: ids, ...found(id), id })]));
  }

  core(id: NodeId): Raft {
    return this.#node(id).core;
  }

  isUp(id: NodeId): boolean {
    return this.#node(id).up;
  }

  /** What is on the disk of a node, whether it is up or not. */
  disk(id: NodeId): Disk {
    return this.#node(id).disk;
  }

  /** Whether a node's disk holds this entry, in its log or in its snapshot. */
  holds(id: NodeId, entry: Entry): boolean {
    const { snapshot, base, log } = this.#node(id).disk;
    return entry.index <= (snapshot?.index ?? 0) || log[entry.index - base.index - 1] === entry;
  }

  get leaders(): readonly NodeId[] {
    return this.ids.filter((id) => this.isUp(id) && this.core(id).role === 'leader');
  }

  step(id: NodeId, input: Input): readonly Effect[] {
    const node = this.#node(id);
    if (!node.up) return [];
    const effects = node.core.step(input);
    for (const effect of effects) {
      this.effects.push({ node: id, effect });
      if (effect.kind === 'send') this.#post(id, effect.to, effect.message);
      if (effect.kind === 'send-snapshot') this.#post(id, effect.to, { ...effect, kind: 'snapshot' });
      if (effect.kind === 'persist') node.writes.push(effect);
      if (effect.kind === 'membership-changed' && effect.committed)
        node.disk = { ...node.disk, settledMembersIndex: node.core.membershipIndex };
    }
    return this.disksAnswer && effectsOf(effects, 'persist').length > 0
      ? [...effects, ...this.save(id)]
      : effects;
  }

  /** The disk answers the oldest `count` requests with one completion. */
  save(id: NodeId, count = Number.POSITIVE_INFINITY): readonly Effect[] {
    const node = this.#node(id);
    const done = node.writes.splice(0, Math.min(count, node.writes.length));
    const last = done.at(-1);
    if (last === undefined) return [];
    node.disk = done.reduce(written, node.disk);
    return this.step(id, { kind: 'persisted', ticket: last.ticket });
  }

  tick(id: NodeId, times = 1): void {
    for (const peer of this.ids) this.#meet(id, peer);
    for (let n = 0; n < times; n += 1) this.step(id, { kind: 'tick' });
  }

  /** Delivers everything, and what comes of it, until the network is empty. */
  deliverAll(): void {
    for (let letter = this.letters.shift(); letter !== undefined; letter = this.letters.shift()) {
      this.deliver(letter);
    }
  }

  deliver(letter: Posted): void {
    const { from, to, message, fromLife, toLife } = letter;
    const receiver = this.#nodes.get(to);
    if (receiver === undefined || !receiver.up || toLife !== receiver.life || !this.carries(letter)) {
      this.lose(letter);
      return;
    }
    // Only what came over the newest connection counts; and with whom that is, is told first.
    if (fromLife === this.#node(from).life) this.#meet(to, from);
    if (fromLife !== receiver.hears.get(from)) return;
    if (message.kind !== 'snapshot') this.step(to, { kind: 'receive', from, message });
    else {
      receiver.disk = withSnapshot(receiver.disk, message.meta);
      this.step(to, { kind: 'snapshot-received', from, term: message.term, meta: message.meta });
    }
  }

  /** A letter is lost. Of a snapshot, the sender's driver notices that. */
  lose({ from, to, message }: Posted): void {
    if (message.kind === 'snapshot') this.step(from, { kind: 'snapshot-not-sent', to });
  }

  /** Time passes for all: a tick each, then all messages arrive. */
  pass(ticks: number): void {
    for (let n = 0; n < ticks; n += 1) {
      for (const id of this.ids) this.tick(id);
      this.deliverAll();
    }
  }

  /** Lets time pass until exactly this leads, by ticking it alone until its election timer runs out. */
  elect(id: NodeId): void {
    for (let n = 0; n < 100 && this.core(id).role !== 'leader'; n += 1) {
      this.tick(id);
      this.deliverAll();
    }
    if (this.core(id).role !== 'leader') throw new Error(`${id} was not elected`);
  }

  /** Nobody hears these, nor do they hear anybody. */
  isolate(...ids: readonly NodeId[]): void {
    this.carries = ({ from, to }) => ids.includes(from) === ids.includes(to);
  }

  heal(): void {
    this.carries = () => true;
  }

  propose(id: NodeId, name = 0): readonly Effect[] {
    return this.step(id, { kind: 'propose', proposals: [command(name)] });
  }

  changeMembers(id: NodeId, members: readonly Member[]): readonly Effect[] {
    return this.step(id, { kind: 'change-members', payload: membersPayload(members), clusterTimeMs: 0 });
  }

  /** A snapshot of all that this node has committed is durable; of the log, `trailing` entries stay before it. */
  compact(id: NodeId, members: Uint8Array, trailing = 0): void {
    const node = this.#node(id);
    const { commitIndex, log } = node.core;
    const meta = {
      index: commitIndex,
      term: log.termAt(commitIndex) ?? log.baseTerm,
      clusterTimeMs: 0,
      members,
    };
    const dropUpTo = logIndex(Math.max(log.baseIndex, commitIndex - trailing));
    node.disk = withSnapshot(node.disk, meta);
    this.step(id, { kind: 'snapshot-taken', meta, dropUpTo });
    node.disk = withoutUpTo(node.disk, dropUpTo);
  }

  /** Power fails: what the disk has not answered is lost. */
  crash(id: NodeId): void {
    const node = this.#node(id);
    node.up = false;
    node.writes = [];
  }

  /** While it is down, its folder is replaced by an empty one. */
  empty(id: NodeId): void {
    const node = this.#node(id);
    node.life += 1;
    node.disk = emptied(this.folderId(id));
  }

  /** While it is down, its log is found to be suspect; so many entries at the end are lost. */
  doubt(id: NodeId, lost = 0): void {
    const node = this.#node(id);
    node.life += 1;
    node.disk = suspect(aligned(node.disk), this.folderId(id), lost);
  }

  /** As its greeting says. */
  folderId(id: NodeId): string {
    const { life, found } = this.#node(id);
    const { folderId } = optionsOf(found);
    return life === 1 ? folderId : `${folderId}, number ${life}`;
  }

  restart(id: NodeId): void {
    const node = this.#node(id);
    node.disk = aligned(node.disk);
    node.core = new Raft({ ...optionsOf(node.found), random: this.#random(), ...node.disk });
    node.writes = [];
    node.up = true;
    for (const peer of this.ids) node.hears.set(peer, this.#node(peer).life);
  }

  /** Terms of the entries in memory. */
  terms(id: NodeId): readonly number[] {
    const { log } = this.core(id);
    return log.slice(log.firstIndex, log.lastIndex, Number.POSITIVE_INFINITY).map((entry) => entry.term);
  }

  #post(from: NodeId, to: NodeId, message: Letter['message']): void {
    const { life, hears } = this.#node(from);
    this.letters.push({ from, to, message, fromLife: life, toLife: hears.get(to) ?? 0 });
  }

  /** A connection stands: whoever is at its other end is told before anything else goes over it. */
  #meet(id: NodeId, peer: NodeId): void {
    const [node, { up, life }] = [this.#node(id), this.#node(peer)];
    if (!node.up || !up || node.hears.get(peer) === life) return;
    node.hears.set(peer, life);
    this.step(id, { kind: 'peer-replaced', peer });
  }

  #node(id: NodeId): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  #newNode(found: Found): Node {
    const options = { ...optionsOf(found), random: found.options?.random ?? this.#random() };
    const hears = new Map(this.ids.map((id) => [id, 1]));
    return { core: new Raft(options), found, disk: diskOf(options), writes: [], up: true, life: 1, hears };
  }

  #random(): ReturnType<typeof seededRandom> {
    this.#lives += 1;
    return seededRandom(this.#lives);
  }
}
