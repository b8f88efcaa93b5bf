import type {
  LogListener,
  NodeId,
  OrderedLog,
  ReadId,
  StateMachine,
  SubmissionId,
  SubmitAnswer,
} from '../../ordered-log/index.ts';
import { readId } from '../../ordered-log/index.ts';
import { decodeEntry, sealEntry } from '../codec/entry-codec.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { HardState } from '../core/effect.ts';
import type { Entry } from '../core/entry.ts';
import { logIndex, term } from '../core/ids.ts';
import { Raft } from '../core/raft.ts';
import type { Random } from '../core/random.ts';
import type { LogStore, RecoveredLog } from '../storage/log-store.ts';
import { Applier } from './applier.ts';
import type { Admission, FoundingSelf } from './founding.ts';
import { admitToCluster, bornInto, foundingStanding, whyNotBornInto } from './founding.ts';
import { decodeFrame, encodeFrame } from './frames.ts';
import type { NodeSnapshot } from './node-snapshot.ts';
import { emptySnapshot, snapshotOf } from './node-snapshot.ts';
import type { Observer } from './observer.ts';
import type { MembersPayload } from './payloads.ts';
import { decodeMembers, encodeMembers, nonceOf } from './payloads.ts';
import type { Greeting, PeerNetwork, PeerNetworkListener } from './peer-network.ts';
import type { ReplicaTimings } from './replica.ts';
import { Replica } from './replica.ts';
import type { SubmitterLimits } from './submitter.ts';
import { Submitter } from './submitter.ts';

export const PEER_PROTOCOL = { lowest: 1, highest: 1 } as const;

/** Times in ticks, sizes in bytes. */
export interface RaftSettings extends ReplicaTimings {
  readonly heartbeatTicks: number;
  readonly maxUncommittedBytes: number;
  readonly maxAppendBytes: number;
  readonly maxInflightBytes: number;
  readonly submitter: SubmitterLimits;
}

export interface ClusterNodeParts<Result> {
  readonly self: FoundingSelf;
  readonly recovered: RecoveredLog;
  readonly store: LogStore;
  readonly machine: StateMachine<Result>;
  /** What the state machine of a new cluster starts from; used only by the node that founds one. */
  readonly genesis: Uint8Array;
  readonly network: PeerNetwork;
  readonly observer: Observer;
  readonly settings: RaftSettings;
  readonly random: Random;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Notes in the folder, durably, which cluster it belongs to. Called once the log's first entry is durable. */
  readonly rememberCluster: (clusterId: string) => void;
  readonly schedule: () => void;
  readonly nowMs: () => number;
}

type Phase<Result> =
  | { readonly kind: 'founding'; waitingFor: string | null }
  /** The first entry is on its way to the disk. */
  | { readonly kind: 'being-born' }
  | {
      readonly kind: 'running';
      readonly members: MembersPayload;
      readonly birth: Entry;
      readonly replica: Replica<Result>;
    };

/**
 * One node of a cluster, from an empty folder on: takes part in the founding, or goes on from what its log says,
 * and is the ordered log that chat is built on. A machine without I/O: call `turn` when it has asked for one.
 */
export class ClusterNode<Result> implements OrderedLog, PeerNetworkListener {
  readonly #parts: ClusterNodeParts<Result>;
  readonly #listener: LogListener<Result>;
  readonly #applier: Applier<Result>;
  readonly #submitter: Submitter;
  readonly #greetings = new Map<NodeId, Greeting>();
  /** Who would not have us, and why. */
  readonly #refusals = new Map<NodeId, string>();
  #failedReads: ReadId[] = [];
  #phase: Phase<Result> = { kind: 'founding', waitingFor: null };
  /** Why a birth that names this node was not taken. */
  #misfit: string | null = null;
  #birthFailure: unknown = null;
  #nextRead = 1;
  #stopping = false;
  #ticksToBirth = 0;

  /** Throws `CodecError` if the log does not begin with a readable members entry. */
  constructor(parts: ClusterNodeParts<Result>, listenerOf: (log: OrderedLog) => LogListener<Result>) {
    this.#parts = parts;
    this.#applier = new Applier(parts.machine);
    this.#submitter = new Submitter(parts.self.id, parts.settings.submitter);
    this.#listener = listenerOf(this);
    const birth = parts.recovered.entries[0];
    if (birth !== undefined) this.#run(birth, parts.recovered.hardState, parts.recovered.entries);
    // The first turn: a cluster of one founds itself, a larger one says for whom it waits.
    parts.schedule();
  }

  // The ordered log, for whoever builds on it.

  submit(command: Uint8Array): SubmitAnswer {
    if (this.#stopping) return { kind: 'refused', reason: 'stopping' };
    const answer = this.#submitter.submit(command);
    this.#parts.schedule();
    return answer;
  }

  withdraw(id: SubmissionId): 'withdrawn' | 'in-doubt' {
    return this.#submitter.withdraw(id);
  }

  read(): ReadId {
    const id = readId(this.#nextRead);
    this.#nextRead += 1;
    if (this.#phase.kind === 'running') this.#phase.replica.give({ kind: 'read', id });
    else this.#failedReads.push(id);
    this.#parts.schedule();
    return id;
  }

  leader(): NodeId | null {
    return this.#phase.kind === 'running' ? this.#phase.replica.core.leader : null;
  }

  /** The core, for those who watch: null before the cluster is born. */
  get core(): Raft | null {
    return this.#phase.kind === 'running' ? this.#phase.replica.core : null;
  }

  // The peer network's inputs.

  greetingFor(peer: NodeId): Greeting {
    const clusterId = this.#phase.kind === 'running' ? this.#phase.members.clusterId : null;
    return {
      versions: PEER_PROTOCOL,
      from: this.#parts.self.id,
      to: peer,
      folderId: this.#parts.self.folderId,
      clusterId,
    };
  }

  admit(greeting: Greeting): Admission {
    if (!this.#parts.self.nodes.includes(greeting.from)) {
      return {
        kind: 'refused',
        why: `${greeting.from} is not among the configured nodes (${this.#parts.self.nodes.join(', ')})`,
      };
    }
    return this.#phase.kind === 'running'
      ? admitToCluster(this.#phase.members, greeting)
      : { kind: 'admitted' };
  }

  connected(peer: NodeId, greeting: Greeting): void {
    this.#greetings.set(peer, greeting);
    this.#refusals.delete(peer);
    this.#parts.observer({ kind: 'peer-connected', peer });
    if (this.#phase.kind === 'running') {
      this.#sendBirth(this.#phase.birth);
      this.#phase.replica.give({ kind: 'peer-connected', peer });
    }
    this.#parts.schedule();
  }

  refused(peer: NodeId, why: string): void {
    this.#refusals.set(peer, why);
    this.#parts.schedule();
  }

  disconnected(peer: NodeId, why: string): void {
    this.#greetings.delete(peer);
    this.#parts.observer({ kind: 'peer-disconnected', peer, why });
    this.#parts.schedule();
  }

  received(from: NodeId, frames: readonly Uint8Array[]): void {
    if (this.#phase.kind === 'running') {
      this.#notedAsBorn(from);
      for (const bytes of frames) this.#phase.replica.give({ kind: 'frame', from, bytes });
      return;
    }
    if (this.#phase.kind === 'founding') for (const bytes of frames) this.#takeBirth(from, bytes);
  }

  tick(): void {
    if (this.#phase.kind !== 'running') return;
    this.#phase.replica.give({ kind: 'tick' });
    this.#ticksToBirth -= 1;
    if (this.#ticksToBirth > 0) return;
    this.#ticksToBirth = this.#parts.settings.electionTicks;
    this.#sendBirth(this.#phase.birth);
  }

  /** Hands leadership to the given node, or to the one that is furthest ahead. */
  transfer(to: NodeId | null): void {
    if (this.#phase.kind === 'running') this.#phase.replica.give({ kind: 'transfer', to });
  }

  /** Begins to leave: hands leadership over, lets commands settle, ends this node's incarnation. See `stopped`. */
  stop(): void {
    this.#stopping = true;
    if (this.#phase.kind === 'running') this.#phase.replica.stop();
    this.#parts.schedule();
  }

  get stopped(): boolean {
    return this.#stopping && (this.#phase.kind !== 'running' || this.#phase.replica.stopped);
  }

  /** Throws `RaftInvariantError`, `CodecError` or `DiskError` when the node must stop rather than guess. */
  turn(): void {
    if (this.#birthFailure !== null) throw this.#birthFailure;
    const failedReads = this.#failedReads;
    this.#failedReads = [];
    for (const id of failedReads) this.#listener.readFailed(id, 'no-leader');
    if (this.#phase.kind === 'founding') this.#tryFounding(this.#phase);
    if (this.#phase.kind === 'running') this.#phase.replica.turn();
  }

  snapshot(): NodeSnapshot {
    const hash = this.#parts.machine.stateHash();
    if (this.#phase.kind !== 'running') {
      return emptySnapshot(
        this.#parts.self,
        hash,
        this.#phase.kind === 'founding' ? this.#phase.waitingFor : 'its disk',
      );
    }
    return snapshotOf(
      this.#parts.self,
      this.#phase.members.clusterId,
      this.#phase.replica,
      this.#applier,
      hash,
      this.#greetings,
    );
  }

  #tryFounding(phase: Extract<Phase<Result>, { kind: 'founding' }>): void {
    const standing = foundingStanding(this.#parts.self, this.#greetings, this.#refusals);
    if (standing.kind === 'wait') {
      const waitingFor = this.#misfit ?? standing.for;
      if (phase.waitingFor === waitingFor) return;
      phase.waitingFor = waitingFor;
      this.#parts.observer({ kind: 'waiting', for: waitingFor });
      return;
    }
    const clusterId = Buffer.from(this.#parts.randomBytes(16)).toString('hex');
    const payload = encodeMembers({ clusterId, members: standing.members, genesis: this.#parts.genesis });
    this.#beBorn(
      sealEntry(term(1), logIndex(1), { kind: 'members', clusterTimeMs: 0, payload }),
      this.#parts.self.id,
    );
  }

  #takeBirth(from: NodeId, bytes: Uint8Array): void {
    try {
      const frame = decodeFrame(bytes);
      if (frame.kind !== 'birth' || this.#phase.kind !== 'founding') return;
      const entry = decodeEntry(frame.entry, 0);
      if (entry.index !== 1 || entry.kind !== 'members')
        throw new CodecError('a birth must be the members entry at index 1');
      const members = decodeMembers(entry.payload);
      if (!bornInto(this.#parts.self, members)) return;
      this.#misfit = whyNotBornInto(this.#parts.self, members);
      if (this.#misfit === null) this.#beBorn(entry, from);
      else this.#parts.schedule();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#parts.observer({ kind: 'bad-frame', from, why: error.message });
    }
  }

  #beBorn(birth: Entry, by: NodeId): void {
    this.#phase = { kind: 'being-born' };
    const { clusterId } = decodeMembers(birth.payload);
    const hardState = { term: birth.term, votedFor: null };
    this.#parts.store.append({ hardState, truncateFrom: null, entries: [birth] }, () => {
      try {
        this.#parts.rememberCluster(clusterId);
      } catch (error) {
        // The first entry is safe, and the next start makes the note; this process cannot rely on its disk.
        this.#birthFailure = error;
        this.#parts.schedule();
        return;
      }
      this.#parts.observer({ kind: 'cluster-founded', clusterId, by });
      this.#run(birth, hardState, [birth]);
      this.#sendBirth(birth);
      this.#parts.schedule();
    });
  }

  #run(birth: Entry, hardState: HardState, log: readonly Entry[]): void {
    const { self, settings, random, store, network, observer, schedule, nowMs, randomBytes } = this.#parts;
    const members = decodeMembers(birth.payload);
    const memberIds = members.members.map(({ id }) => id);
    const core = new Raft({
      ...settings,
      id: self.id,
      members: memberIds,
      random,
      seal: sealEntry,
      hardState,
      log,
    });
    const replica = new Replica<Result>({
      id: self.id,
      members: memberIds,
      core,
      store,
      applier: this.#applier,
      submitter: this.#submitter,
      network,
      listener: this.#listener,
      observer,
      timings: settings,
      newNonce: () => nonceOf(randomBytes(8)),
      schedule,
      nowMs,
    });
    this.#phase = { kind: 'running', members, birth, replica };
    // It was asked to leave while it was being born.
    if (this.#stopping) replica.stop();
  }

  /** Peers that greeted us with an empty folder, and have not been heard to be born since, are told of the birth. */
  #sendBirth(birth: Entry): void {
    for (const [peer, greeting] of this.#greetings) {
      if (greeting.clusterId === null)
        this.#parts.network.send(peer, [encodeFrame({ kind: 'birth', entry: birth.bytes })]);
    }
  }

  /** Only a node that is born sends anything but births. */
  #notedAsBorn(peer: NodeId): void {
    const greeting = this.#greetings.get(peer);
    if (greeting?.clusterId === null && this.#phase.kind === 'running') {
      this.#greetings.set(peer, { ...greeting, clusterId: this.#phase.members.clusterId });
    }
  }
}
