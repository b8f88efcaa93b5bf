import type { Effect, HardState } from '../../../../src/raft/core/effect.ts';
import type { Entry } from '../../../../src/raft/core/entry.ts';
import { logIndex, type NodeId } from '../../../../src/raft/core/ids.ts';
import type { Input } from '../../../../src/raft/core/input.ts';
import type { Message } from '../../../../src/raft/core/messages.ts';
import { Raft } from '../../../../src/raft/core/raft.ts';
import { seededRandom } from '../../../../src/raft/core/random.ts';
import { command } from './entries.ts';
import { effectsOf, optionsOf, type EffectOf, type Found } from './server.ts';

interface Letter {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

interface Node {
  core: Raft;
  readonly found: Found;
  /** What a restart would find. */
  disk: { hardState: HardState; log: readonly Entry[] };
  /** Asked of the disk and not answered. */
  writes: EffectOf<'persist'>[];
  up: boolean;
}

/** Several cores, with a network and disks that do as they are told. */
export class Cluster {
  readonly ids: readonly NodeId[];
  readonly effects: Array<{ readonly node: NodeId; readonly effect: Effect }> = [];
  letters: Letter[] = [];
  /** Disks answer at once; otherwise `saveAll` or `save` lets them. */
  disksAnswer = true;
  /** Which letters arrive. */
  carries: (letter: Letter) => boolean = () => true;
  readonly #nodes: ReadonlyMap<NodeId, Node>;
  #lives = 0;

  constructor(ids: readonly NodeId[], found: (id: NodeId) => Found = () => ({})) {
    this.ids = ids;
    this.#nodes = new Map(ids.map((id) => [id, this.#newNode({ ...found(id), id, members: ids })]));
  }

  core(id: NodeId): Raft {
    return this.#node(id).core;
  }

  isUp(id: NodeId): boolean {
    return this.#node(id).up;
  }

  /** What is on the disk of a node, whether it is up or not. */
  durableLog(id: NodeId): readonly Entry[] {
    return this.#node(id).disk.log;
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
      if (effect.kind === 'send') this.letters.push({ from: id, to: effect.to, message: effect.message });
      if (effect.kind === 'persist') node.writes.push(effect);
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
    for (let n = 0; n < times; n += 1) this.step(id, { kind: 'tick' });
  }

  /** Delivers everything, and what comes of it, until the network is empty. */
  deliverAll(): void {
    for (let letter = this.letters.shift(); letter !== undefined; letter = this.letters.shift()) {
      this.deliver(letter);
    }
  }

  deliver({ from, to, message }: Letter): void {
    if (this.carries({ from, to, message })) this.step(to, { kind: 'receive', from, message });
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

  /** Power fails: what the disk has not answered is lost. */
  crash(id: NodeId): void {
    const node = this.#node(id);
    node.up = false;
    node.writes = [];
  }

  restart(id: NodeId): void {
    const node = this.#node(id);
    const { hardState, log } = node.disk;
    node.core = new Raft({ ...optionsOf(node.found), random: this.#random(), hardState, log });
    node.writes = [];
    node.up = true;
  }

  terms(id: NodeId): readonly number[] {
    const { log } = this.core(id);
    return Array.from({ length: log.lastIndex }, (_, at) => log.entryAt(logIndex(at + 1)).term);
  }

  #node(id: NodeId): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  #newNode(found: Found): Node {
    const options = { ...optionsOf(found), random: found.options?.random ?? this.#random() };
    const core = new Raft(options);
    const disk = { hardState: options.hardState, log: options.log };
    return { core, found, disk, writes: [], up: true };
  }

  #random(): ReturnType<typeof seededRandom> {
    this.#lives += 1;
    return seededRandom(this.#lives);
  }
}

function written(disk: Node['disk'], write: EffectOf<'persist'>): Node['disk'] {
  const { truncateFrom } = write;
  const kept = truncateFrom === null ? disk.log : disk.log.slice(0, truncateFrom - 1);
  return { hardState: write.hardState ?? disk.hardState, log: [...kept, ...write.entries] };
}
