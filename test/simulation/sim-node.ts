import { ChatMachine } from '../../src/chat/chat-machine.ts';
import type { ChatResult } from '../../src/chat/commands/result.ts';
import type { NodeId } from '../../src/ordered-log/index.ts';
import type { Standing } from '../../src/raft/core/membership.ts';
import { seededRandom } from '../../src/raft/core/random.ts';
import type { Random } from '../../src/raft/core/random.ts';
import type { Raft } from '../../src/raft/core/raft.ts';
import { ClusterNode } from '../../src/raft/driver/cluster-node.ts';
import type { MemberAddresses } from '../../src/raft/driver/members-payload.ts';
import { decodeMembers } from '../../src/raft/driver/members-payload.ts';
import { openFolder, type OpenedFolder } from '../../src/raft/storage/open-folder.ts';
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
  /** Who founds the cluster. */
  readonly founders: readonly NodeId[];
  readonly genesis: Uint8Array;
  readonly seed: number;
}

/** One run of a node's program, from its start to its crash. */
interface Process {
  readonly node: ClusterNode<ChatResult>;
  readonly machine: ChatMachine;
  readonly listener: SimListener;
}

/** Nobody dials anybody here. */
const addressesOf = (id: NodeId): MemberAddresses => ({ id, peer: '', client: '', http: '' });

/** One node of a simulated cluster: a disk that outlives its processes, and at most one process at a time. */
export class SimNode {
  readonly id: NodeId;
  disk: SimDisk;
  /** Its folder was emptied, or never was in use, and has not been taken in since. */
  isForgetful = false;
  readonly #cluster: SimWorld;
  readonly #options: SimNodeOptions;
  readonly #random: Random;
  readonly #connected = new Set<NodeId>();
  #process: Process | null = null;
  #nowMs = 0;
  #standing: Standing = 'voting';
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

  /** What its core said last of its disk. */
  get standing(): Standing {
    this.#standing = this.core?.standing ?? this.#standing;
    if (this.#standing === 'voting' && this.core !== null) this.isForgetful = false;
    return this.#standing;
  }

  /** Starts a process on what the disk holds, whatever state that is in. */
  start(): void {
    const { id, founders, genesis } = this.#options;
    const machine = new ChatMachine();
    const randomBytes = (count: number): Uint8Array =>
      Uint8Array.from({ length: count }, () => this.#random.below(256));
    const opened = this.#open(randomBytes);
    let listener: SimListener | undefined;
    const node = new ClusterNode<ChatResult>(
      {
        self: {
          id,
          folderId: opened.folderId,
          formerFolderIds: opened.formerFolderIds,
          nodes: [...new Set([...founders, id])].map(addressesOf),
          joining: !founders.includes(id),
          forgotCluster: opened.forgotCluster,
        },
        recovered: opened.recovered,
        doubt: opened.doubt,
        clusterId: opened.clusterId,
        store: opened.store,
        snapshots: opened.snapshots,
        machine,
        genesis,
        network: this.#cluster.network.endOf(id),
        observer: () => undefined,
        settings: SIM_SETTINGS,
        random: this.#random,
        randomBytes,
        rememberCluster: (clusterId) => opened.rememberCluster(clusterId),
        settledMembersIndex: opened.settledMembersIndex,
        rememberSettledMembers: (index) => opened.rememberSettledMembers(index),
        schedule: () => {
          this.#turnWanted = true;
        },
        scheduleLater: () => {
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
    if (opened.recovered.hardState.standing === 'recovering') this.#standing = 'recovering';
    this.reconnect();
  }

  /** Connections to and from every running node stand anew, as after a start or a healed network. */
  reconnect(): void {
    for (const peer of this.#cluster.nodes) this.#connect(peer);
    this.#turns();
  }

  /**
   * The process dies, and the power with it: of what was not synced, sectors stay or go as `keep` says. What it still vouches for
   * is known only when it has started again.
   */
  crash(keep: KeepSector): void {
    this.#end();
    this.disk.crash(keep);
    this.#standing = 'recovering';
  }

  /** The process is killed; what the operating system has taken stays. */
  kill(keep: KeepSector): void {
    this.#end();
    this.disk.kill(keep);
  }

  /** The process dies, and an empty disk takes the place of the one it had. */
  empty(): void {
    this.#end();
    this.disk = new SimDisk(`/${this.id}`);
    this.isForgetful = true;
    this.#standing = 'recovering';
  }

  receive(from: NodeId, bytes: Uint8Array): void {
    this.#process?.node.received(from, [bytes]);
    this.#turns();
  }

  tick(): void {
    this.#nowMs += 10;
    this.#process?.node.tick();
    // Whoever was refused asks again by and by: it may have been let in.
    for (const peer of this.#cluster.nodes) if (!this.#connected.has(peer.id)) this.#connect(peer);
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

  #connect(peer: SimNode): void {
    const [mine, theirs] = [this.#process?.node, peer.#process?.node];
    if (peer === this || mine === undefined || theirs === undefined) return;
    const [hello, answer] = [mine.greetingFor(peer.id), theirs.greetingFor(this.id)];
    if (mine.admit(answer).kind === 'refused' || theirs.admit(hello).kind === 'refused') return;
    this.#connected.add(peer.id);
    peer.#connected.add(this.id);
    mine.accepted(peer.id, answer);
    mine.connected(peer.id, answer);
    theirs.accepted(this.id, hello);
    theirs.connected(this.id, hello);
    peer.#turns();
  }

  #open(randomBytes: (count: number) => Uint8Array): OpenedFolder {
    const { disk } = this;
    return openFolder({
      disk,
      nodeId: this.id,
      segmentBytes: 32 * 1024,
      randomBytes,
      readMembership: decodeMembers,
      configured: this.#options.founders,
      onFailure: () => this.crash(() => false),
      onAlarm: () => undefined,
    });
  }

  #end(): void {
    this.#process?.listener.died();
    this.#process = null;
    this.#turnWanted = false;
    this.#cluster.network.loseAllOf(this.id);
    this.#connected.clear();
    for (const peer of this.#cluster.nodes) {
      peer.#connected.delete(this.id);
      peer.#process?.node.disconnected(this.id, 'it crashed');
    }
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
