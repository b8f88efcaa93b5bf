import type { ChatResult } from '../../../src/chat/commands/result.ts';
import type { CommittedCommand, IncarnationChange, NodeId, ReadId } from '../../../src/ordered-log/index.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { decodeVersions } from '../../../src/raft/driver/version-payload.ts';
import type { LogBatch, RecoveredLog } from '../../../src/raft/storage/log-store.ts';
import { History } from '../invariants/history.ts';
import type { NodeRecord } from '../invariants/node-record.ts';
import { BrokenInvariant } from '../invariants/invariant.ts';
import type { NodeHost } from '../world/node-host.ts';
import type { NodeProcess } from '../world/node-process.ts';
import type { World } from '../world/world.ts';
import { Census } from './census.ts';
import type { Executed } from './reference-log.ts';
import { ReferenceLog } from './reference-log.ts';

/** What a core was when it was last looked at. */
type Seen = Readonly<Pick<Raft, 'term' | 'role'>> & {
  readonly vote: NodeId | null;
  readonly commit: number;
  readonly log: number;
};

/** Joins what happens on the nodes to what must hold: Raft's invariants, and the reference model that executes the same log. */
export class Checker {
  readonly history: History;
  readonly reference = new ReferenceLog();
  readonly census = new Census();
  readonly #world: World;
  /** How far each process has come in what the model executed. */
  readonly #applied = new Map<NodeHost, number>();
  /** By node and read, how much was known to be done when it was asked for. */
  readonly #reads = new Map<string, number>();
  readonly #seen = new Map<NodeHost, Seen>();
  readonly #hashAt = new Map<number, { readonly hash: string; readonly node: string }>();

  constructor(world: World) {
    this.#world = world;
    const limits = { ...world.settings.raft, segmentBytes: world.settings.segmentBytes };
    this.history = new History(world.allIds, limits, (entry) => {
      if (entry.kind === 'version') this.#assertReadByAll(entry);
      this.reference.take(entry);
    });
  }

  eventsOf(host: NodeHost) {
    const { history } = this;
    return {
      recovered: (log: RecoveredLog) => {
        this.#applied.set(host, 0);
        const { term, votedFor: vote } = log.hardState;
        this.#seen.delete(host);
        for (const key of this.#reads.keys()) if (key.startsWith(`${host.id}#`)) this.#reads.delete(key);
        const entries = log.base.index + log.entries.length;
        this.#world.tell({ kind: 'started', node: host.id, entries, term, vote });
        history.started(host.id, log);
      },
      issued: (batch: LogBatch) => history.issued(host.id, batch),
      durable: (batch: LogBatch) => {
        history.madeDurable(host.id, batch);
        const { durable, durableState } = history.record(host.id);
        this.#world.tell({
          kind: 'durable',
          node: host.id,
          upTo: durable.length,
          term: durableState?.term ?? 0,
        });
      },
      readAsked: (id: ReadId) => this.#reads.set(`${host.id}#${id}`, this.#world.clientOracle.known),
      readSafe: (id: ReadId) => this.#readSafe(host, id),
      commandApplied: (command: CommittedCommand, result: ChatResult, hash: string) =>
        this.#commandApplied(host, command, result, hash),
      incarnationApplied: (change: IncarnationChange, hash: string) =>
        this.#incarnationApplied(host, change, hash),
      behaviourApplied: (version: number, hash: string) => this.#behaviourApplied(host, version, hash),
    };
  }

  /** A node's state machine stands where its snapshot does: where everybody else stood who had applied as much. */
  installed(host: NodeHost, index: number, hash: string): void {
    const ordinal = this.reference.ordinalAt(index);
    this.#applied.set(host, ordinal);
    this.history.record(host.id).appliedIndex = index;
    const last = this.reference.executed[ordinal - 1];
    const known = last?.hash ?? hash;
    if (known !== hash)
      throw new BrokenInvariant(
        'A Snapshot Is The State At Its Index',
        `${host.id} has installed a snapshot of everything up to ${index}, and its state is ${hash}, where the others had ${known}`,
      );
  }

  /** A node has carried out one event. */
  stepped(host: NodeHost, process: NodeProcess, core: Raft): void {
    const record = this.history.record(host.id);
    if (core.commitIndex > record.appliedIndex) this.#compareState(host, process);
    this.lookAt(host, core);
    const hasMore = core.commitIndex > record.commitIndex;
    this.history.stepped(host.id, core);
    if (this.#world.story.isListenedTo && (hasMore || record.changedFrom > 0)) this.#showLog(record);
  }

  #showLog({ id: node, changedFrom, log, commitIndex: commit }: NodeRecord): void {
    const keep = changedFrom > 0 ? changedFrom - 1 : log.length;
    const terms = log.slice(keep).map(({ term }) => term);
    this.#world.story.show(this.#world.nowUs, { kind: 'log', node, keep, terms, commit });
  }

  /** Tells what has changed since the core was last looked at. */
  lookAt(host: NodeHost, core: Raft): void {
    const { term, votedFor: vote, commitIndex: commit, role } = core;
    const log = core.log.lastIndex;
    const seen = this.#seen.get(host);
    const isSame =
      seen?.term === term &&
      seen.vote === vote &&
      seen.commit === commit &&
      seen.role === role &&
      seen.log === log;
    if (isSame) return;
    this.#seen.set(host, { term, vote, commit, role, log });
    const appended = role === 'leader' && seen !== undefined && log > seen.log ? log - seen.log : 0;
    this.#world.tell({ kind: 'core', node: host.id, term, vote, commit, role, log, appended });
    if (commit <= (seen?.commit ?? 0)) return;
    this.#world.tell({ kind: 'committed', node: host.id, index: commit, term });
    host.strike('commit-advanced');
  }

  /** What any client had been told of when the read was asked for is in what it shows. */
  #readSafe(host: NodeHost, id: ReadId): void {
    const key = `${host.id}#${id}`;
    const floor = this.#reads.get(key) ?? 0;
    this.#reads.delete(key);
    const applied = this.#applied.get(host) ?? 0;
    if (applied < floor)
      throw new BrokenInvariant(
        'Linearizable Reads',
        `${host.id} may be read after ${applied} commands, though ${floor} were known to be done when the read was asked for`,
      );
  }

  /** Equal applied index, equal state: that of the chat, and the version that is written. */
  #compareState(host: NodeHost, process: NodeProcess): void {
    const { appliedIndex, stateHash, versions } = process.node.snapshot();
    const hash = `${stateHash}, written in version ${versions.writes}`;
    this.history.record(host.id).appliedIndex = appliedIndex;
    const known = this.#hashAt.get(appliedIndex);
    if (known === undefined) this.#hashAt.set(appliedIndex, { hash, node: host.id });
    else if (known.hash !== hash)
      throw new BrokenInvariant(
        'Equal Applied Index, Equal State',
        `at index ${appliedIndex} ${known.node} has ${known.hash} and ${host.id} has ${hash}`,
      );
  }

  #commandApplied(host: NodeHost, command: CommittedCommand, result: ChatResult, hash: string): void {
    const expected = this.#next(host, `command ${command.index}`);
    const isSame =
      expected.kind === 'command' &&
      expected.index === command.index &&
      expected.node === command.node &&
      expected.incarnation === command.incarnation;
    if (!isSame)
      throw new BrokenInvariant(
        'Commands Are Applied Once, In Order',
        `${host.id} applies a command of ${command.node} (incarnation ${command.incarnation}) of entry ${command.index}, where the log has ${wordsFor(expected)}`,
      );
    this.#world.tell({ kind: 'applied', node: host.id, ordinal: expected.ordinal, what: result.kind });
    // Told once, compared on every replica: equal hashes of equal states say the rest.
    if (expected.hash === null && !sameResult(expected.result, result))
      throw new BrokenInvariant(
        'Results Equal The Reference Model',
        `${host.id}, entry ${expected.index}: ${JSON.stringify(expected.command?.body)} came to ${JSON.stringify(result)}, and the model says ${JSON.stringify(expected.result)}`,
      );
    this.#compareHash(host, expected, hash);
  }

  #incarnationApplied(host: NodeHost, change: IncarnationChange, hash: string): void {
    const expected = this.#next(host, `incarnation ${change.index}`);
    const isSame =
      expected.kind === 'incarnation' &&
      expected.index === change.index &&
      expected.node === change.node &&
      expected.incarnation === change.incarnation;
    if (!isSame)
      throw new BrokenInvariant(
        'Commands Are Applied Once, In Order',
        `${host.id} begins incarnation ${change.incarnation} of ${change.node} with entry ${change.index}, where the log has ${wordsFor(expected)}`,
      );
    this.#compareHash(host, expected, hash);
  }

  /** What is written is what every member's program reads. */
  #assertReadByAll({ index, payload }: Entry): void {
    const { writes, behaviour } = decodeVersions(payload);
    const members = this.history.memberships.at(-1)?.members ?? [];
    const old = members.filter(({ id }) => {
      const { reads, behaviour: newest } = this.#world.host(id).release.program;
      return reads.highest < writes || newest < behaviour;
    });
    if (old.length > 0)
      throw new BrokenInvariant(
        'A Version Is Raised When All Read It',
        `entry ${index} raises it to ${writes}, and ${old.map(({ id }) => id).join(' and ')} read no such thing`,
      );
  }

  #behaviourApplied(host: NodeHost, version: number, hash: string): void {
    const expected = this.#next(host, `version ${version} of the rules`);
    if (expected.kind !== 'behaviour' || expected.version !== version)
      throw new BrokenInvariant(
        'Commands Are Applied Once, In Order',
        `${host.id} goes by version ${version} of the rules, where the log has ${expected.kind} in entry ${expected.index}`,
      );
    this.#compareHash(host, expected, hash);
  }

  #next(host: NodeHost, what: string): Executed {
    const core = host.process?.node.core ?? null;
    if (core !== null) this.history.noteCommitted(host.id, core);
    const place = this.#applied.get(host) ?? 0;
    this.#applied.set(host, place + 1);
    const expected = this.reference.executed[place];
    if (expected === undefined)
      throw new BrokenInvariant(
        'Commands Are Applied Once, In Order',
        `${host.id} applies ${what}, but the committed log holds nothing more to apply`,
      );
    return expected;
  }

  #compareHash(host: NodeHost, expected: Executed, hash: string): void {
    if (expected.hash === null) expected.hash = hash;
    else if (expected.hash !== hash)
      throw new BrokenInvariant(
        'Equal Applied Index, Equal State',
        `after entry ${expected.index} ${host.id} has the state ${hash}, and whoever came first had ${expected.hash}`,
      );
  }
}

function wordsFor(executed: Executed): string {
  const { kind, index } = executed;
  if (executed.kind === 'behaviour') return `version ${executed.version} of the rules in entry ${index}`;
  return `${kind} of ${executed.node} (incarnation ${executed.incarnation}) of entry ${index}`;
}

function sameResult(a: ChatResult, b: ChatResult): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const [left, right] = [(a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]];
    return left === right || JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
  });
}

/** Messages, with their fields in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
