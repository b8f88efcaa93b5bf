import { nodeId } from '../../../../src/ordered-log/index.ts';
import type { NodeId, SubmissionId } from '../../../../src/ordered-log/index.ts';
import { seededRandom } from '../../../../src/raft/core/random.ts';
import { ClusterNode } from '../../../../src/raft/driver/cluster-node.ts';
import type { RaftSettings } from '../../../../src/raft/driver/cluster-node.ts';
import type { MemberAddresses } from '../../../../src/raft/driver/members-payload.ts';
import type { RaftEvent } from '../../../../src/raft/driver/observer.ts';
import type { PeerAddress } from '../../../../src/raft/driver/peer-network.ts';
import type { Program } from '../../../../src/raft/driver/program.ts';
import type { Doubt } from '../../../../src/raft/storage/doubt.ts';
import { MemoryLog } from './memory-log.ts';
import { MemorySnapshots } from './memory-snapshots.ts';
import { Notes } from './notes.ts';

export const LAB_SETTINGS: RaftSettings = {
  electionTicks: 10,
  heartbeatTicks: 2,
  silenceTicks: 60,
  stopPhaseTicks: 40,
  maxUncommittedBytes: 1 << 20,
  maxAppendBytes: 64 * 1024,
  maxInflightBytes: 1 << 20,
  submitter: {
    waitingCommands: 10_000,
    waitingBytes: 16 << 20,
    windowCommands: 10_000,
    batchCommands: 64,
    batchBytes: 64 * 1024,
  },
  snapshots: {
    everyLogBytes: 1 << 30,
    logPerSnapshotByte: 0,
    trailingBytes: 0,
    chunkBytes: 64 * 1024,
    windowBytes: 128 * 1024,
    resendTicks: 20,
    stallTicks: 200,
    transferTicks: 2_000,
  },
};

/** One machine of a lab: its driver, what it was told, and a disk that answers when it is let to. */
export interface LabNode {
  readonly id: NodeId;
  node: ClusterNode<number>;
  notes: Notes;
  readonly events: RaftEvent[];
  turnWanted: boolean;
  /** Completions that the disk owes. */
  owed: (() => void)[];
  log: MemoryLog;
  snapshots: MemorySnapshots;
  folderId: string;
  formerFolderIds: readonly string[];
  settledMembersIndex: number;
  clusterId: string | null;
  program: Program | undefined;
  /** Its process runs. */
  isUp: boolean;
  /** Whom the driver wants the network to reach. */
  dials: readonly PeerAddress[];
  readonly nodes: readonly MemberAddresses[];
  readonly joining: boolean;
}

export interface LabFrame {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly bytes: Uint8Array;
}

export interface LabOptions {
  readonly settings?: RaftSettings;
  /** Which nodes a node's configuration names, where that is not all. */
  readonly lists?: Readonly<Record<string, readonly NodeId[]>>;
  readonly program?: Program;
  /** By so much its clock goes on with each look at it; otherwise it stands still. */
  readonly lookTakesMs?: number;
}

/** What a folder is like when its node starts again. */
export type FolderState =
  | { readonly kind: 'as-left' }
  | { readonly kind: 'emptied' }
  /** The log's last entries are gone, and the folder knows that something is. */
  | { readonly kind: 'suspect'; readonly lost: number };

const linkOf = (from: NodeId, to: NodeId): string => `${from} to ${to}`;

export const addressesOf = (id: NodeId): MemberAddresses => ({
  id,
  peer: `${id}:1`,
  client: `${id}:2`,
  http: `${id}:3`,
});

/** A few drivers in one process, over a network and disks that do as they are told. */
export class NodeLab {
  readonly nodes: LabNode[];
  /** Which frames arrive. */
  carries: (frame: LabFrame) => boolean = () => true;
  disksAnswer = true;
  readonly #settings: RaftSettings;
  #frames: LabFrame[] = [];
  /** Who has dialled whom, and was let in: frames go this way and no other. */
  readonly #links = new Set<string>();
  readonly #lookTakesMs: number;
  #nowMs = 0;
  #made = 0;

  constructor(size: number, { settings = LAB_SETTINGS, lists = {}, program, ...clock }: LabOptions = {}) {
    this.#settings = settings;
    this.#lookTakesMs = clock.lookTakesMs ?? 0;
    const ids = Array.from({ length: size }, (_, place) => nodeId(`n${place + 1}`));
    this.nodes = ids.map((id) => this.#make(id, lists[id] ?? ids, 'founding', program));
  }

  at(place: number): LabNode {
    return this.nodes[place]!;
  }

  get(id: NodeId): LabNode {
    return this.nodes.find((lab) => lab.id === id)!;
  }

  get leader(): LabNode | undefined {
    return this.nodes.find(({ isUp, node }) => isUp && node.core?.role === 'leader');
  }

  get running(): readonly LabNode[] {
    return this.nodes.filter(({ isUp }) => isUp);
  }

  /** A machine with an empty folder that is to join. */
  join(name: string): LabNode {
    const id = nodeId(name);
    const lab = this.#make(id, [...this.nodes.map((node) => node.id), id], 'joining', undefined);
    this.nodes.push(lab);
    return lab;
  }

  connectAll(): void {
    for (const one of this.running) for (const other of this.running) this.#connect(one, other);
    this.settle();
  }

  /** Its process dies; nothing that it had not on disk is left. */
  kill(lab: LabNode): void {
    lab.isUp = false;
    lab.owed = [];
    this.#frames = this.#frames.filter(({ from, to }) => from !== lab.id && to !== lab.id);
    for (const other of this.nodes) {
      this.#links.delete(linkOf(lab.id, other.id));
      this.#links.delete(linkOf(other.id, lab.id));
    }
    for (const other of this.running) other.node.disconnected(lab.id, 'its process died');
  }

  /** It starts again, on what its folder holds by now. */
  start(lab: LabNode, folder: FolderState = { kind: 'as-left' }): void {
    let doubt: Doubt | null = null;
    if (folder.kind === 'emptied') {
      Object.assign(lab, this.#emptyFolder(lab), {
        clusterId: null,
        formerFolderIds: [],
        settledMembersIndex: 0,
      });
    } else if (folder.kind === 'suspect') {
      lab.formerFolderIds = [...lab.formerFolderIds, lab.folderId];
      lab.folderId = this.#newFolder(lab.id);
      lab.log.cut(folder.lost);
      lab.log.hardState = { ...lab.log.hardState, standing: 'recovering' };
      doubt = { kind: 'suspect', what: 'the log ends before its mark', file: 'log', offset: 0 };
    }
    const { newest } = lab.snapshots;
    lab.log.align(newest === null ? null : newest.meta);
    lab.notes = new Notes();
    lab.owed = [];
    lab.isUp = true;
    lab.node = this.#process(lab, doubt);
    for (const other of this.running) {
      this.#connect(lab, other);
      this.#connect(other, lab);
    }
    this.settle();
  }

  restart(lab: LabNode, folder?: FolderState): void {
    this.kill(lab);
    this.start(lab, folder);
  }

  /** The connections between two nodes break and are made again: what was on its way is lost. */
  reconnect(one: LabNode, other: LabNode): void {
    this.#frames = this.#frames.filter(
      ({ from, to }) => !(from === one.id && to === other.id) && !(from === other.id && to === one.id),
    );
    this.#connect(one, other);
    this.#connect(other, one);
  }

  /** Hands a frame in as if `from` had sent it. */
  receive(to: LabNode, from: NodeId, bytes: Uint8Array): void {
    to.node.received(from, [bytes]);
  }

  /** Turns, frames and disks, until nothing more happens. */
  settle(): void {
    for (let moved = true; moved;) moved = this.move();
  }

  /** One round of turns, frames and disks. Returns whether anything happened. */
  move(): boolean {
    let moved = false;
    for (const lab of this.running) moved = this.turn(lab) || moved;
    if (this.disksAnswer) for (const lab of this.running) moved = this.completeDisk(lab) || moved;
    const frames = this.#frames;
    this.#frames = [];
    for (const frame of frames.filter(this.carries)) {
      const to = this.get(frame.to);
      if (!to.isUp || !this.get(frame.from).isUp) continue;
      to.node.received(frame.from, [frame.bytes]);
      moved = true;
    }
    return moved;
  }

  turn(lab: LabNode): boolean {
    if (!lab.turnWanted) return false;
    lab.turnWanted = false;
    lab.node.turn();
    return true;
  }

  completeDisk(lab: LabNode): boolean {
    const { owed } = lab;
    lab.owed = [];
    for (const answer of owed) answer();
    return owed.length > 0;
  }

  /** Ticks for all, everything else in between, until it is so. */
  pass(ticks: number, until: () => boolean = () => false): boolean {
    for (let n = 0; n < ticks && !until(); n += 1) {
      for (const { node } of this.running) node.tick();
      this.settle();
      if (n % 5 === 4) this.#dialRefused();
    }
    return until();
  }

  /** Submits to a node, and says by which number to ask for the result. */
  submit(lab: LabNode, body: Uint8Array | string): SubmissionId {
    const answer = lab.node.submit(typeof body === 'string' ? Buffer.from(body) : body);
    if (answer.kind === 'refused') throw new Error(`refused: ${answer.reason}`);
    return answer.id;
  }

  /** Everything committed has been applied everywhere that runs, to the same state. */
  get isSettled(): boolean {
    return this.isSettledAmong(this.running);
  }

  isSettledAmong(some: readonly LabNode[]): boolean {
    const snapshots = some.map(({ node }) => node.snapshot());
    const [first] = snapshots;
    return snapshots.every(
      ({ stateHash, appliedIndex }) => stateHash === first?.stateHash && appliedIndex === first.appliedIndex,
    );
  }

  /** A node dials whoever its driver names, or its configuration: it greets, and is admitted or not, as over sockets. */
  #connect(from: LabNode, to: LabNode): void {
    if (from === to) return;
    const greeting = from.node.greetingFor(to.id);
    const answer = to.node.greetingFor(from.id);
    const there = to.node.admit(greeting);
    if (there.kind === 'refused') {
      from.node.refused(to.id, there.why);
      return;
    }
    if (from.node.admit(answer).kind === 'refused') return;
    this.#links.add(linkOf(from.id, to.id));
    to.node.accepted(from.id, greeting);
    from.node.connected(to.id, answer);
  }

  /** Who was refused asks again. */
  #dialRefused(): void {
    for (const one of this.running) {
      for (const other of this.running) {
        if (one !== other && !this.#links.has(linkOf(one.id, other.id))) this.#connect(one, other);
      }
    }
  }

  #newFolder(id: NodeId): string {
    this.#made += 1;
    return `folder-${this.#made}-of-${id}`;
  }

  #emptyFolder(lab: { owed: (() => void)[]; id: NodeId }) {
    const owe = (answer: () => void): void => void lab.owed.push(answer);
    return {
      log: new MemoryLog(owe),
      snapshots: new MemorySnapshots(owe),
      folderId: this.#newFolder(lab.id),
    };
  }

  #make(
    id: NodeId,
    list: readonly NodeId[],
    how: 'founding' | 'joining',
    program: Program | undefined,
  ): LabNode {
    const lab = {
      id,
      notes: new Notes(),
      events: [],
      turnWanted: false,
      owed: [],
      formerFolderIds: [],
      settledMembersIndex: 0,
      clusterId: null,
      program,
      isUp: true,
      dials: [],
      nodes: list.map(addressesOf),
      joining: how === 'joining',
    };
    const made: LabNode = Object.assign(
      lab,
      { node: undefined as never },
      { log: undefined as never },
      { snapshots: undefined as never },
      { folderId: '' },
    );
    Object.assign(made, this.#emptyFolder(made));
    made.node = this.#process(made, null);
    return made;
  }

  #process(lab: LabNode, doubt: Doubt | null): ClusterNode<number> {
    this.#made += 1;
    const random = seededRandom(this.#made);
    const { id, folderId, formerFolderIds, nodes, joining, notes, log } = lab;
    let isLive = (): boolean => lab.isUp;
    const node: ClusterNode<number> = new ClusterNode<number>(
      {
        self: { id, folderId, formerFolderIds, nodes, joining, forgotCluster: false },
        recovered: log.recover(),
        doubt,
        clusterId: lab.clusterId,
        store: log,
        snapshots: lab.snapshots,
        machine: notes,
        genesis: new Uint8Array(),
        network: {
          send: (to, frames) => {
            if (!isLive() || !this.#links.has(linkOf(id, to))) return;
            for (const bytes of frames) this.#frames.push({ from: id, to, bytes });
          },
          setPeers: (peers) => {
            lab.dials = peers;
          },
        },
        observer: (event) => lab.events.push(event),
        settings: this.#settings,
        ...(lab.program === undefined ? {} : { program: lab.program }),
        random,
        randomBytes: (count) => Uint8Array.from({ length: count }, () => random.below(256)),
        rememberCluster: (clusterId) => {
          lab.clusterId = clusterId;
        },
        settledMembersIndex: lab.settledMembersIndex,
        rememberSettledMembers: (index) => {
          lab.settledMembersIndex = Math.max(lab.settledMembersIndex, index);
        },
        schedule: () => void (lab.turnWanted = true),
        scheduleLater: () => void (lab.turnWanted = true),
        nowMs: () => (this.#nowMs += this.#lookTakesMs),
      },
      () => notes,
    );
    isLive = () => lab.isUp && lab.node === node;
    return node;
  }
}

/** A lab whose cluster is born, led, and has taken in all its nodes. */
export function bornLab(size: number, options?: LabOptions): NodeLab {
  const lab = new NodeLab(size, options);
  lab.connectAll();
  const ready = () =>
    lab.leader !== undefined && lab.nodes.every(({ node }) => node.snapshot().incarnation !== null);
  if (!lab.pass(500, ready)) throw new Error('the lab’s cluster did not get going');
  return lab;
}
