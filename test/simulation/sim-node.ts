import { ChatMachine } from '../../src/chat/chat-machine.ts';
import type { ChatResult } from '../../src/chat/commands/result.ts';
import type { NodeId } from '../../src/ordered-log/index.ts';
import { seededRandom } from '../../src/raft/core/random.ts';
import type { Random } from '../../src/raft/core/random.ts';
import type { Raft } from '../../src/raft/core/raft.ts';
import { ClusterNode } from '../../src/raft/driver/cluster-node.ts';
import { openLog } from '../../src/raft/storage/open-log.ts';
import type { ClusterInvariants } from './cluster-invariants.ts';
import type { KeepSector } from './sim-disk.ts';
import { SimDisk } from './sim-disk.ts';
import type { SendHistory } from './sim-listener.ts';
import { SimListener } from './sim-listener.ts';
import type { SimNetwork } from './sim-network.ts';
import { SIM_SETTINGS } from './sim-settings.ts';

/** What a simulated node shares with the others. */
export interface SimWorld {
  readonly network: SimNetwork;
  readonly invariants: ClusterInvariants;
  readonly history: SendHistory;
  readonly nodes: readonly SimNode[];
}

export interface SimNodeOptions {
  readonly id: NodeId;
  readonly nodes: readonly NodeId[];
  readonly genesis: Uint8Array;
  readonly seed: number;
}

/** One run of a node's program, from its start to its crash. */
interface Process {
  readonly node: ClusterNode<ChatResult>;
  readonly machine: ChatMachine;
  readonly listener: SimListener;
}

/** One node of a simulated cluster: a disk that outlives its processes, and at most one process at a time. */
export class SimNode {
  readonly id: NodeId;
  readonly disk: SimDisk;
  /** A log that was suspect or damaged at the last start: why the node stands still. */
  refusedToStart: Error | null = null;
  readonly #cluster: SimWorld;
  readonly #options: SimNodeOptions;
  readonly #random: Random;
  #process: Process | null = null;
  #nowMs = 0;
  #turnWanted = false;

  constructor(cluster: SimWorld, options: SimNodeOptions) {
    this.id = options.id;
    this.disk = new SimDisk(`/${options.id}`);
    this.#cluster = cluster;
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  get running(): boolean {
    return this.#process !== null;
  }

  get core(): Raft | null {
    return this.#process?.node.core ?? null;
  }

  get listener(): SimListener | null {
    return this.#process?.listener ?? null;
  }

  get node(): ClusterNode<ChatResult> | null {
    return this.#process?.node ?? null;
  }

  get machine(): ChatMachine | null {
    return this.#process?.machine ?? null;
  }

  /** Starts a process on what the disk holds. Refuses, as the real node does, where the log is damaged or suspect. */
  start(): void {
    const { id, nodes, genesis } = this.#options;
    const machine = new ChatMachine();
    const randomBytes = (count: number): Uint8Array =>
      Uint8Array.from({ length: count }, () => this.#random.below(256));
    let opened: ReturnType<typeof openLog>;
    try {
      opened = openLog({
        disk: this.disk,
        folderId: this.#folderId,
        segmentBytes: 32 * 1024,
        randomBytes,
        onFailure: () => this.crash(() => false),
        onAlarm: () => undefined,
      });
    } catch (error) {
      this.refusedToStart = error instanceof Error ? error : new Error(String(error));
      return;
    }
    this.refusedToStart = null;
    let listener: SimListener | undefined;
    const node = new ClusterNode<ChatResult>(
      {
        self: { id, folderId: this.#folderId, nodes },
        recovered: opened.recovered,
        store: opened.store,
        machine,
        genesis,
        network: this.#cluster.network.endOf(id),
        observer: () => undefined,
        settings: SIM_SETTINGS,
        random: this.#random,
        randomBytes,
        rememberCluster: () => undefined,
        schedule: () => {
          this.#turnWanted = true;
        },
        nowMs: () => this.#nowMs,
      },
      (log) => {
        listener = new SimListener(id, log, this.#cluster.history);
        return listener;
      },
    );
    if (listener === undefined) throw new Error('the node did not ask for its listener');
    this.#process = { node, machine, listener };
    this.reconnect();
  }

  /** Connections to and from every running node stand anew, as after a start or a healed network. */
  reconnect(): void {
    const mine = this.#process?.node;
    if (mine === undefined) return;
    for (const peer of this.#cluster.nodes) {
      const theirs = peer.#process?.node;
      if (peer === this || theirs === undefined) continue;
      const [hello, answer] = [mine.greetingFor(peer.id), theirs.greetingFor(this.id)];
      if (mine.admit(answer).kind === 'refused' || theirs.admit(hello).kind === 'refused') continue;
      mine.connected(peer.id, answer);
      theirs.connected(this.id, hello);
      peer.#turns();
    }
    this.#turns();
  }

  /** The process dies, and the power with it: of what was not synced, sectors stay or go as `keep` says. */
  crash(keep: KeepSector): void {
    this.#end();
    this.disk.crash(keep);
  }

  /** The process is killed; what the operating system has taken stays. */
  kill(keep: KeepSector): void {
    this.#end();
    this.disk.kill(keep);
  }

  receive(from: NodeId, bytes: Uint8Array): void {
    this.#process?.node.received(from, [bytes]);
    this.#turns();
  }

  tick(): void {
    this.#nowMs += 10;
    this.#process?.node.tick();
    this.#turns();
  }

  /** One disk operation completes; false if none waits. */
  completeDisk(place: number): boolean {
    const completed = this.disk.complete(place);
    this.#turns();
    return completed;
  }

  /** Something was asked of the node from outside: let it act. */
  act(): void {
    this.#turns();
  }

  get #folderId(): string {
    return this.#options.seed.toString(16).padStart(32, '0').slice(-32);
  }

  #end(): void {
    this.#process?.listener.died();
    this.#process = null;
    this.#turnWanted = false;
    this.#cluster.network.loseAllOf(this.id);
    for (const peer of this.#cluster.nodes) peer.#process?.node.disconnected(this.id, 'it crashed');
  }

  #turns(): void {
    while (this.#turnWanted && this.#process !== null) {
      this.#turnWanted = false;
      const { node } = this.#process;
      node.turn();
      const { core } = node;
      if (core === null || this.#process === null) continue;
      const { appliedIndex, stateHash } = node.snapshot();
      this.#cluster.invariants.check(this.id, core, appliedIndex, stateHash);
    }
  }
}
