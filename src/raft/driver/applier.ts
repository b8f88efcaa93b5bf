import type { Incarnation, NodeId, StateMachine } from '../../ordered-log/index.ts';
import type { Entry } from '../core/entry.ts';
import type { LogIndex } from '../core/ids.ts';
import { NO_INDEX, NO_TERM } from '../core/ids.ts';
import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import { decodeMembers } from './members-payload.ts';
import { decodeIncarnation, forEachCommand } from './payloads.ts';
import type { Nonce } from './payloads.ts';
import type { Program } from './program.ts';
import { assertReadable } from './program.ts';
import { Sessions } from './sessions.ts';
import { encodeSnapshotHead } from './snapshot-head.ts';
import type { LoadedSnapshot } from './snapshot-loader.ts';
import type { FrozenReplica } from './snapshot-taker.ts';
import type { Versions } from './version-payload.ts';
import { decodeVersions, FIRST_VERSIONS } from './version-payload.ts';

/** What became of one applied entry, as far as a node cares about its own. */
export interface ApplyVisitor<Result> {
  /** A command of some node took effect. */
  command(node: NodeId, incarnation: Incarnation, seq: number, index: LogIndex, result: Result): void;
  /** A node's incarnation was replaced by this one, which this nonce holds. */
  incarnationChanged(node: NodeId, incarnation: Incarnation, nonce: Nonce): void;
  versionRaised(versions: Versions): void;
}

/** Before the first entry. */
const NOTHING_APPLIED: SnapshotMeta = {
  index: NO_INDEX,
  term: NO_TERM,
  clusterTimeMs: 0,
  members: new Uint8Array(),
};

/**
 * The replica proper: committed entries in, state out, each command once. The sessions, the versions and the state machine
 * together are the replicated state.
 */
export class Applier<Result> {
  readonly #machine: StateMachine<Result>;
  readonly #program: Program;
  readonly #names = new Map<NodeId, NodeId>();
  #sessions = new Sessions();
  #versions: Versions = FIRST_VERSIONS;
  /** What a snapshot taken now would be labelled with. */
  #reached = NOTHING_APPLIED;
  #bytesSinceSnapshot = 0;

  constructor(machine: StateMachine<Result>, program: Program) {
    this.#machine = machine;
    this.#program = program;
  }

  get sessions(): Sessions {
    return this.#sessions;
  }

  /** In force at `appliedIndex`. */
  get versions(): Versions {
    return this.#versions;
  }

  get appliedIndex(): LogIndex {
    return this.#reached.index;
  }

  /** Bytes of the entries applied since the last snapshot was frozen or installed. */
  get bytesSinceSnapshot(): number {
    return this.#bytesSinceSnapshot;
  }

  /** See `StateMachine.takeConcerned`. */
  takeConcerned(): Iterable<NodeId> {
    return this.#machine.takeConcerned?.() ?? [];
  }

  /** Throws `VersionError` when an entry raises the cluster's version beyond what this program reads, `CodecError` if one cannot be read. */
  apply(entry: Entry, visitor: ApplyVisitor<Result>): void {
    if (entry.index !== this.appliedIndex + 1) {
      throw new Error(
        `entry ${entry.index} was to be applied after ${this.appliedIndex}: entries are applied in order, each once`,
      );
    }
    let { members } = this.#reached;
    switch (entry.kind) {
      case 'noop':
        break;
      case 'members':
        members = entry.payload;
        // The first one founds the cluster; those that follow change who belongs to it.
        if (entry.index === 1) this.#machine.genesis(decodeMembers(entry.payload).genesis);
        break;
      case 'commands':
        this.#applyCommands(entry, visitor);
        break;
      case 'incarnation':
        this.#applyIncarnation(entry, visitor);
        break;
      case 'version':
        this.#applyVersion(entry, visitor);
        break;
      default:
        entry.kind satisfies never;
    }
    const { index, term, clusterTimeMs } = entry;
    this.#reached = { index, term, clusterTimeMs, members };
    this.#bytesSinceSnapshot += entry.bytes.byteLength;
  }

  /** The whole replicated state as of `appliedIndex`. */
  freeze(): FrozenReplica {
    this.#bytesSinceSnapshot = 0;
    const head = encodeSnapshotHead({ versions: this.#versions, sessions: this.#sessions });
    return { meta: this.#reached, pieces: headFirst(head, this.#machine.takeSnapshot()) };
  }

  /** Takes the place of all that was applied here: sessions, versions and state machine at once. The loader has made sure that this program reads it. */
  install({ stored, head, swap }: LoadedSnapshot): void {
    swap();
    this.#sessions = head.sessions;
    this.#versions = head.versions;
    this.#reached = stored.meta;
    this.#bytesSinceSnapshot = 0;
  }

  #applyCommands(entry: Entry, visitor: ApplyVisitor<Result>): void {
    const batch = this.#program.batches.decode(entry.payload);
    const standing = this.#sessions.standing(batch);
    if (standing.kind !== 'next' && standing.kind !== 'overlaps') return;
    const from = standing.kind === 'next' ? batch.firstSeq : standing.from;
    const { incarnation, payload: bytes } = batch;
    const node = this.#sameName(batch.node);
    const { index, clusterTimeMs } = entry;
    // One object for all: of a message, a new one would be a good part of the cost.
    const command = { index, node, incarnation, clusterTimeMs, bytes, start: 0, end: 0 };
    forEachCommand(batch, (seq, start, end) => {
      if (seq < from) return;
      command.start = start;
      command.end = end;
      const result = this.#machine.apply(command);
      visitor.command(node, incarnation, seq, index, result);
    });
    this.#sessions.advance(batch);
  }

  /** One string for all batches of a node: it is looked up by for every command, and found sooner if it is the very same. */
  #sameName(node: NodeId): NodeId {
    const known = this.#names.get(node);
    if (known !== undefined) return known;
    this.#names.set(node, node);
    return node;
  }

  #applyIncarnation(entry: Entry, visitor: ApplyVisitor<Result>): void {
    const payload = decodeIncarnation(entry.payload);
    if (!this.#sessions.replace(payload)) return;
    const { incarnation } = this.#sessions.get(payload.node);
    this.#machine.incarnationChanged({
      index: entry.index,
      node: payload.node,
      incarnation,
      clusterTimeMs: entry.clusterTimeMs,
    });
    visitor.incarnationChanged(payload.node, incarnation, payload.nonce);
  }

  /** Versions only grow: an entry that repeats one, or comes late, changes nothing. */
  #applyVersion(entry: Entry, visitor: ApplyVisitor<Result>): void {
    const before = this.#versions;
    const asked = decodeVersions(entry.payload);
    const versions: Versions = {
      writes: Math.max(before.writes, asked.writes),
      behaviour: Math.max(before.behaviour, asked.behaviour),
    };
    if (versions.writes === before.writes && versions.behaviour === before.behaviour) return;
    assertReadable(this.#program, versions);
    this.#versions = versions;
    if (versions.behaviour > before.behaviour) this.#machine.behaviourChanged(versions.behaviour);
    visitor.versionRaised(versions);
  }
}

function* headFirst(
  head: readonly Uint8Array[],
  pieces: Iterator<Uint8Array, undefined>,
): Generator<Uint8Array, undefined> {
  yield* head;
  for (let next = pieces.next(); next.done !== true; next = pieces.next()) yield next.value;
}
