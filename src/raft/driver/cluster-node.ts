import type {
  LogListener,
  NodeId,
  OrderedLog,
  ReadId,
  SubmissionId,
  SubmitAnswer,
} from '../../ordered-log/index.ts';
import { readId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { HardState } from '../core/effect.ts';
import type { Entry } from '../core/entry.ts';
import { NO_INDEX, NO_TERM } from '../core/ids.ts';
import type { Raft } from '../core/raft.ts';
import type { AdminDone, AdminWish } from './admin.ts';
import type { Applier } from './applier.ts';
import { firstWordOf, makeBirth, wordToUnborn } from './birth.ts';
import { whyAlone, whyRecovering } from './doubt-words.ts';
import type { Admission } from './founding.ts';
import { admitToCluster, admitToFounding, foundingStanding } from './founding.ts';
import { encodeFrame } from './frames.ts';
import type { ReplicaStart } from './make-replica.ts';
import { makeReplica } from './make-replica.ts';
import type { ClusterNodeParts } from './node-parts.ts';
import type { NodeSnapshot } from './node-snapshot.ts';
import { emptySnapshot, snapshotOf } from './node-snapshot.ts';
import type { Greeting, PeerNetworkListener } from './peer-network.ts';
import { Peers } from './peers.ts';
import type { Program } from './program.ts';
import { PROGRAM } from './program.ts';
import type { Replica } from './replica.ts';
import type { ReplicaInput } from './replica-parts.ts';
import { Submitter } from './submitter.ts';
import type { Twins } from './twins.ts';
import { TwinWatch, twinWords, whyTurnedAway } from './twins.ts';

export type { ClusterNodeParts, RaftSettings } from './node-parts.ts';

/** The peer protocol that is spoken here: how greetings and frames look. */
export const PEER_PROTOCOL = { lowest: 1, highest: 1 } as const;

/** For how long two processes of one name are taken to be two, in times of which a silent node's connections are ended. */
const TWIN_PATIENCE = 10;

type Phase<Result> =
  | { readonly kind: 'founding'; waitingFor: string | null }
  /** The first record of a cluster is on its way to the disk. */
  | { readonly kind: 'being-born' }
  | {
      readonly kind: 'running';
      readonly clusterId: string;
      readonly replica: Replica<Result>;
      readonly applier: Applier<Result>;
    };

/**
 * One node of a cluster, from an empty folder on: takes part in the founding, or is taken in by a living cluster, or goes on from
 * what its log says; and is the ordered log that chat is built on. A machine without I/O: call `turn` when it has asked for one.
 */
export class ClusterNode<Result> implements OrderedLog, PeerNetworkListener {
  readonly #parts: ClusterNodeParts<Result>;
  readonly #program: Program;
  readonly #listener: LogListener<Result>;
  readonly #submitter: Submitter;
  readonly #peers = new Peers();
  readonly #twins: TwinWatch;
  #failedReads: ReadId[] = [];
  #phase: Phase<Result> = { kind: 'founding', waitingFor: null };
  /** Why a birth that names this node was not taken. */
  #misfit: string | null = null;
  #birthFailure: unknown = null;
  /** Why too few others remember what this node does, as it was last said. */
  #alone: string | null = null;
  #nextRead = 1;
  #stopping = false;
  #ticksToUnborn = 0;

  /** Throws `CodecError` if the log cannot be read, `VersionError` if it was written for a later program. */
  constructor(parts: ClusterNodeParts<Result>, listenerOf: (log: OrderedLog) => LogListener<Result>) {
    this.#parts = parts;
    this.#program = parts.program ?? PROGRAM;
    this.#submitter = new Submitter(parts.self.id, parts.settings.submitter);
    this.#twins = new TwinWatch(TWIN_PATIENCE * parts.settings.silenceTicks);
    this.#listener = listenerOf(this);
    const { recovered, clusterId, snapshots } = parts;
    const { hardState, base, entries: log } = recovered;
    if (log.length > 0 || snapshots.newest !== null || clusterId !== null)
      this.#run(clusterId, { hardState, base, log });
    // The first turn: a cluster of one founds itself, a larger one says for whom it waits.
    parts.schedule();
  }

  // The ordered log, for whoever builds on it.

  submit(command: Uint8Array): SubmitAnswer {
    if (this.#stopping) return { kind: 'refused', reason: 'stopping' };
    if (this.#replica?.isReadOnly === true) return { kind: 'refused', reason: 'no-room' };
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
    return this.#replica?.core.leader ?? null;
  }

  /** The core, for those who watch: null before this node has joined a cluster. */
  get core(): Raft | null {
    return this.#replica?.core ?? null;
  }

  // The peer network's inputs.

  greetingFor(peer: NodeId): Greeting {
    const { id, folderId, nodes } = this.#parts.self;
    const address = nodes.find((node) => node.id === id)?.peer ?? '';
    return {
      versions: PEER_PROTOCOL,
      reads: this.#program.reads,
      from: id,
      to: peer,
      folderId,
      clusterId: this.#phase.kind === 'running' ? this.#phase.clusterId : null,
      address: address === '' ? null : address,
    };
  }

  admit(greeting: Greeting): Admission {
    if (this.#phase.kind !== 'running') return admitToFounding(this.#parts.self, greeting);
    const { clusterId, replica } = this.#phase;
    const admission = admitToCluster(clusterId, replica.members.inForce?.members ?? null, greeting);
    return admission.kind === 'refused' ? admission : this.#admitAlone(greeting);
  }

  connected(peer: NodeId, greeting: Greeting): void {
    this.#notePeerFolder(peer, greeting);
    this.#peers.connected(peer, greeting);
    this.#parts.observer({ kind: 'peer-connected', peer });
    if (this.#phase.kind === 'running') {
      this.#tellUnborn(this.#phase.replica);
      this.#phase.replica.give({ kind: 'peer-connected', peer });
    }
    this.#parts.schedule();
  }

  accepted(peer: NodeId, greeting: Greeting): void {
    this.#peers.comesInWith(peer, greeting.folderId);
    this.#notePeerFolder(peer, greeting);
    this.#parts.schedule();
  }

  refused(peer: NodeId, why: string): void {
    this.#peers.refused(peer, why);
    this.#parts.schedule();
  }

  disconnected(peer: NodeId, why: string): void {
    this.#peers.disconnected(peer);
    this.#parts.observer({ kind: 'peer-disconnected', peer, why });
    this.#parts.schedule();
  }

  unreachable(peer: NodeId): void {
    this.#give({ kind: 'leader-suspected', leader: peer });
  }

  received(from: NodeId, frames: readonly Uint8Array[]): void {
    // An earlier life's acceptances must not be taken for those of the present one.
    if (this.#peers.isOutlived(from)) return;
    for (const bytes of frames) {
      if (this.#phase.kind === 'running') {
        this.#peers.bornInto(from, this.#phase.clusterId);
        this.#phase.replica.give({ kind: 'frame', from, bytes });
      } else if (this.#phase.kind === 'founding') this.#takeFirstWord(from, bytes);
    }
  }

  tick(): void {
    this.#twins.tick();
    if (this.#phase.kind !== 'running') return;
    this.#phase.replica.give({ kind: 'tick' });
    this.#ticksToUnborn -= 1;
    if (this.#ticksToUnborn > 0) return;
    this.#ticksToUnborn = this.#parts.settings.electionTicks;
    this.#tellUnborn(this.#phase.replica);
    this.#sayIfAlone(this.#phase.replica);
  }

  /** Hands leadership to the given node, or to the first that has everything. */
  transfer(to: NodeId | null): void {
    this.#give({ kind: 'transfer', to });
  }

  /** What an operator wants. `done` is called once, in a later turn: when it is committed, refused, or begun where it takes long. */
  administer(wish: AdminWish, done: AdminDone): void {
    if (this.#phase.kind === 'running') this.#phase.replica.give({ kind: 'administer', wish, done });
    else done({ kind: 'refused', why: 'this node does not belong to a cluster yet' });
  }

  /** Begins to leave: hands leadership over, lets commands settle, ends this node's incarnation. See `stopped`. */
  stop(): void {
    this.#stopping = true;
    this.#replica?.stop();
    this.#parts.schedule();
  }

  get stopped(): boolean {
    return this.#stopping && (this.#replica === null || this.#replica.stopped);
  }

  /** Throws `RaftInvariantError`, `CodecError`, `VersionError` or `DiskError` when the node must stop rather than guess. */
  turn(): void {
    if (this.#birthFailure !== null) throw this.#birthFailure;
    const failedReads = this.#failedReads;
    this.#failedReads = [];
    for (const id of failedReads) this.#listener.readFailed(id, 'no-leader');
    if (this.#phase.kind === 'founding') this.#tryFounding(this.#phase);
    if (this.#phase.kind === 'running') this.#phase.replica.turn();
  }

  snapshot(): NodeSnapshot {
    const { self, machine, snapshots, doubt } = this.#parts;
    const stateHash = machine.stateHash();
    if (this.#phase.kind !== 'running') {
      const waitingFor = this.#phase.kind === 'founding' ? this.#phase.waitingFor : 'its disk';
      return emptySnapshot(self, stateHash, waitingFor, this.#program.reads.highest);
    }
    const { replica, applier, clusterId } = this.#phase;
    return snapshotOf({
      self,
      clusterId,
      replica,
      applier,
      stateHash,
      peers: this.#peers,
      twins: this.#twins.all.map((twins) => this.#wordsOf(twins)),
      snapshot: snapshots.newest,
      doubt: whyRecovering(replica.core.standing, doubt?.what ?? null, self),
      waitingFor: this.#alone,
      highestReadable: this.#program.reads.highest,
    });
  }

  get #replica(): Replica<Result> | null {
    return this.#phase.kind === 'running' ? this.#phase.replica : null;
  }

  #give(input: ReplicaInput): void {
    this.#replica?.give(input);
  }

  /** Whichever connection first tells of another folder: before anything of its new life is heard, or anything is said to it. */
  #notePeerFolder(peer: NodeId, { folderId }: Greeting): void {
    if (this.#peers.cameWith(peer, folderId) === 'replaced') this.#replica?.peerReplaced(peer);
    const twins = this.#twins.cameWith(peer, folderId);
    if (twins !== null) this.#parts.observer({ kind: 'twins-seen', node: peer, what: this.#wordsOf(twins) });
  }

  /** Of two processes of one name only the one whose folder the cluster knows is talked to: the two must not take turns for ever. */
  #admitAlone({ from, folderId }: Greeting): Admission {
    const known = this.#knownFolderOf(from);
    const why = whyTurnedAway(this.#twins.of(from), folderId, known);
    if (why === null) return { kind: 'admitted' };
    if (this.#peers.greetings.get(from)?.folderId === known) this.#twins.stillTwo(from);
    return { kind: 'refused', why };
  }

  #knownFolderOf(node: NodeId): string | undefined {
    return this.#replica?.members.inForce?.members.find(({ id }) => id === node)?.folderId;
  }

  #wordsOf(twins: Twins): string {
    return twinWords(twins, this.#knownFolderOf(twins.node));
  }

  #tryFounding(phase: Extract<Phase<Result>, { kind: 'founding' }>): void {
    const standing = foundingStanding(this.#parts.self, this.#peers.greetings, this.#peers.refusals);
    if (standing.kind === 'wait') {
      const waitingFor = this.#misfit ?? standing.for;
      if (phase.waitingFor === waitingFor) return;
      phase.waitingFor = waitingFor;
      this.#parts.observer({ kind: 'waiting', for: waitingFor });
      return;
    }
    const clusterId = Buffer.from(this.#parts.randomBytes(16)).toString('hex');
    this.#beBorn(makeBirth(clusterId, standing.members, this.#parts.genesis), clusterId, this.#parts.self.id);
  }

  #takeFirstWord(from: NodeId, bytes: Uint8Array): void {
    try {
      const word = firstWordOf(this.#parts.self, bytes);
      if (word.kind === 'misfit') this.#misfit = word.why;
      else if (word.kind === 'born') this.#beBorn(word.birth, word.clusterId, from);
      else if (word.kind === 'member-elsewhere') this.#beTakenIn(word.clusterId);
      this.#parts.schedule();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#parts.observer({ kind: 'bad-frame', from, why: error.message });
    }
  }

  #beBorn(birth: Entry, clusterId: string, by: NodeId): void {
    // It is a founder under this very folder: whatever the folder forgot was before the cluster was.
    const hardState: HardState = { term: birth.term, votedFor: null, standing: 'voting' };
    this.#begin(clusterId, { hardState, base: { index: NO_INDEX, term: NO_TERM }, log: [birth] }, () =>
      this.#parts.observer({ kind: 'cluster-founded', clusterId, by }),
    );
  }

  /** The cluster lives, and knows this node by another folder, or by none yet: it learns everything from the leader. */
  #beTakenIn(clusterId: string): void {
    const hardState: HardState = { ...this.#parts.recovered.hardState, standing: 'recovering' };
    this.#begin(clusterId, { hardState, base: { index: NO_INDEX, term: NO_TERM }, log: [] }, () => undefined);
  }

  /** Makes the beginning of this node's log durable, and runs. */
  #begin(clusterId: string, start: ReplicaStart, begun: () => void): void {
    this.#phase = { kind: 'being-born' };
    const { hardState, log: entries } = start;
    this.#parts.store.append({ hardState, reset: null, truncateFrom: null, entries }, () => {
      try {
        this.#parts.rememberCluster(clusterId);
      } catch (error) {
        // The log's first record is safe, and the next start makes the note; this process cannot rely on its disk.
        this.#birthFailure = error;
        this.#parts.schedule();
        return;
      }
      begun();
      this.#run(clusterId, start);
      this.#parts.schedule();
    });
  }

  #run(noted: string | null, start: ReplicaStart): void {
    const { self, observer, doubt } = this.#parts;
    const run = { submitter: this.#submitter, peers: this.#peers, listener: this.#listener };
    const { replica, applier } = makeReplica(this.#parts, this.#program, start, run);
    const clusterId = replica.members.inForce?.clusterId ?? noted;
    if (clusterId === null) throw new CodecError('the log does not begin with a members entry');
    this.#phase = { kind: 'running', clusterId, replica, applier };
    const why = whyRecovering(start.hardState.standing, doubt?.what ?? null, self);
    if (why !== null) observer({ kind: 'recovering', why });
    for (const peer of this.#peers.greetings.keys()) replica.give({ kind: 'peer-connected', peer });
    this.#tellUnborn(replica);
    // It was asked to leave while it was being born.
    if (this.#stopping) replica.stop();
  }

  /** Peers that greeted us with an empty folder, and have not been heard to be born since, are told of the cluster. */
  #tellUnborn({ core, members }: Replica<Result>): void {
    const { inForce, payload } = members;
    if (inForce === null || payload === null) return;
    for (const [peer, greeting] of this.#peers.greetings) {
      const word = greeting.clusterId === null ? wordToUnborn(core, inForce, payload, greeting) : null;
      if (word !== null) this.#parts.network.send(peer, [encodeFrame(word)]);
    }
  }

  /** Once for each time that it comes to be so. */
  #sayIfAlone({ core, members }: Replica<Result>): void {
    const inForce = members.inForce?.members ?? [];
    const alone =
      core.leader === null && core.standing === 'voting'
        ? whyAlone(core.id, inForce, (id) => this.#peers.folderOf(id))
        : null;
    if (alone !== null && alone !== this.#alone) this.#parts.observer({ kind: 'waiting', for: alone });
    this.#alone = alone;
  }
}
