import { nodeId } from '../../../../src/ordered-log/index.ts';
import type {
  CommittedCommand,
  LogListener,
  NodeId,
  ReadId,
  StateMachine,
  SubmissionId,
} from '../../../../src/ordered-log/index.ts';
import { seededRandom } from '../../../../src/raft/core/random.ts';
import { ClusterNode } from '../../../../src/raft/driver/cluster-node.ts';
import type { RaftSettings } from '../../../../src/raft/driver/cluster-node.ts';
import type { RaftEvent } from '../../../../src/raft/driver/observer.ts';
import type { LogBatch, RecoveredLog } from '../../../../src/raft/storage/log-store.ts';

const NOTHING_YET: RecoveredLog = {
  hardState: { term: 0 as never, votedFor: null },
  entries: [],
  tornTail: null,
};

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
};

class Notes implements LogListener<number>, StateMachine<number> {
  readonly bodies: Uint8Array[] = [];
  readonly caughtUpTo: number[] = [];
  readonly voidedIds: SubmissionId[] = [];
  readonly safe: ReadId[] = [];
  readonly failed: ReadId[] = [];
  answered = 0;

  genesis(): void {}
  apply({ body }: CommittedCommand): number {
    return this.bodies.push(body);
  }
  incarnationChanged(): void {}
  stateHash(): string {
    return `${this.bodies.length}`;
  }
  applied(): void {
    this.answered += 1;
  }
  voided(id: SubmissionId): void {
    this.voidedIds.push(id);
  }
  lost(): void {}
  readSafe(id: ReadId): void {
    this.safe.push(id);
  }
  readFailed(id: ReadId): void {
    this.failed.push(id);
  }
  incarnationBegan(): void {}
  incarnationEnded(): void {}
  caughtUp(index: number): void {
    this.caughtUpTo.push(index);
  }
  leaderChanged(): void {}
}

/** One node of a lab: its driver, what it was told, and a disk that answers when it is let to. */
export interface LabNode {
  readonly id: NodeId;
  readonly node: ClusterNode<number>;
  readonly notes: Notes;
  readonly events: RaftEvent[];
  turnWanted: boolean;
  /** Completions that the disk owes. */
  owed: (() => void)[];
}

export interface LabFrame {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly bytes: Uint8Array;
}

interface LabOptions {
  readonly settings?: RaftSettings;
  /** Which nodes a node's configuration names, where that is not all. */
  readonly lists?: Readonly<Record<string, readonly NodeId[]>>;
}

/** A few drivers in one process, over a network and disks that do as they are told. */
export class NodeLab {
  readonly nodes: readonly LabNode[];
  /** Which frames arrive. */
  carries: (frame: LabFrame) => boolean = () => true;
  disksAnswer = true;
  #frames: LabFrame[] = [];

  constructor(size: number, { settings = LAB_SETTINGS, lists = {} }: LabOptions = {}) {
    const ids = Array.from({ length: size }, (_, place) => nodeId(`n${place + 1}`));
    this.nodes = ids.map((id, place) => this.#make(id, lists[id] ?? ids, settings, place));
  }

  at(place: number): LabNode {
    return this.nodes[place]!;
  }

  get leader(): LabNode | undefined {
    return this.nodes.find(({ node }) => node.core?.role === 'leader');
  }

  connectAll(): void {
    for (const one of this.nodes) {
      for (const other of this.nodes) {
        if (one !== other) one.node.connected(other.id, other.node.greetingFor(one.id));
      }
    }
    this.settle();
  }

  /** Hands a frame in as if `from` had sent it. */
  receive(to: LabNode, from: NodeId, bytes: Uint8Array): void {
    to.node.received(from, [bytes]);
  }

  /** Turns, frames and disks, until nothing more happens. */
  settle(): void {
    for (let moved = true; moved;) {
      moved = false;
      for (const lab of this.nodes) moved = this.turn(lab) || moved;
      if (this.disksAnswer) for (const lab of this.nodes) moved = this.completeDisk(lab) || moved;
      const frames = this.#frames;
      this.#frames = [];
      for (const frame of frames.filter(this.carries)) {
        this.nodes.find(({ id }) => id === frame.to)!.node.received(frame.from, [frame.bytes]);
        moved = true;
      }
    }
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
    for (const done of owed) done();
    return owed.length > 0;
  }

  /** Ticks for all, everything else in between, until it is so. */
  pass(ticks: number, until: () => boolean = () => false): boolean {
    for (let n = 0; n < ticks && !until(); n += 1) {
      for (const { node } of this.nodes) node.tick();
      this.settle();
    }
    return until();
  }

  #make(id: NodeId, nodes: readonly NodeId[], settings: RaftSettings, place: number): LabNode {
    const notes = new Notes();
    const random = seededRandom(place + 1);
    const events: RaftEvent[] = [];
    const lab: { made: LabNode | null; wanted: boolean } = { made: null, wanted: false };
    const node = new ClusterNode<number>(
      {
        self: { id, folderId: `folder-of-${id}`, nodes },
        recovered: NOTHING_YET,
        store: { append: (_batch: LogBatch, done) => lab.made!.owed.push(done) },
        machine: notes,
        genesis: new Uint8Array(),
        network: {
          send: (to, frames) => frames.forEach((bytes) => this.#frames.push({ from: id, to, bytes })),
        },
        observer: (event) => events.push(event),
        settings,
        random,
        randomBytes: (count) => Uint8Array.from({ length: count }, () => random.below(256)),
        rememberCluster: () => undefined,
        schedule: () => {
          lab.wanted = true;
          if (lab.made !== null) lab.made.turnWanted = true;
        },
        nowMs: () => 0,
      },
      () => notes,
    );
    lab.made = { id, node, notes, events, turnWanted: lab.wanted, owed: [] };
    return lab.made;
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
