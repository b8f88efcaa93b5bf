import type { ChatMachine } from '../../src/chat/chat-machine.ts';
import type { ChatResult } from '../../src/chat/commands/result.ts';
import { readId, submissionId } from '../../src/ordered-log/ids.ts';
import type { NodeId, ReadId, SubmissionId } from '../../src/ordered-log/ids.ts';
import type { LogListener, OrderedLog, SubmitAnswer } from '../../src/ordered-log/ordered-log.ts';

interface Waiting {
  readonly id: SubmissionId;
  readonly command: Uint8Array;
}

/** What the nodes of a `LocalLog` share: one replica that stands for all of them, and the order of commands. */
export class LocalCluster {
  readonly machine: ChatMachine;
  readonly logs: LocalLog[] = [];
  index = 0;
  incarnation = 0;
  /** How many commands were applied, of all nodes. */
  applied = 0;

  constructor(machine: ChatMachine) {
    this.machine = machine;
  }

  /** The state comes back as a snapshot, and what this node was to look at in the one before is forgotten. */
  jump(node: NodeId): void {
    this.machine.takeTouched(node);
    const restore = this.machine.beginRestore();
    const snapshot = this.machine.takeSnapshot();
    for (let next = snapshot.next(); next.done !== true; next = snapshot.next())
      restore.add(next.value.slice());
    restore.finish();
  }

  join(node: NodeId): LocalLog {
    const log = new LocalLog(node, this);
    this.logs.push(log);
    return log;
  }
}

/**
 * An ordered log in memory, under a test's control: nothing happens until `run`, and a test decides what does. Applies to
 * one real chat machine.
 */
export class LocalLog implements OrderedLog {
  readonly node: NodeId;
  readonly #cluster: LocalCluster;
  #listener: LogListener<ChatResult> | null = null;
  #incarnation = 0;
  #lastId = 0;
  #leader: NodeId | null;
  #refusal: 'full' | 'stopping' | null = null;
  #quorum: 'present' | 'absent' = 'present';
  #replica: 'keeps-up' | 'lags' = 'keeps-up';
  #unnumbered: Waiting[] = [];
  #numbered: Waiting[] = [];
  #reads: ReadId[] = [];

  constructor(node: NodeId, cluster: LocalCluster) {
    this.node = node;
    this.#cluster = cluster;
    this.#leader = node;
  }

  /** Begins the node's first incarnation, or lets a test do so later: a process that starts does not have one yet. */
  attach(listener: LogListener<ChatResult>, incarnation: 'at-once' | 'later' = 'at-once'): void {
    this.#listener = listener;
    if (incarnation === 'at-once') this.begin();
  }

  /** The node's process dies: nobody hears what is applied. */
  detach(): void {
    this.#listener = null;
  }

  submit(command: Uint8Array): SubmitAnswer {
    if (this.#refusal !== null) return { kind: 'refused', reason: this.#refusal };
    this.#lastId += 1;
    const id = submissionId(this.#lastId);
    this.#unnumbered.push({ id, command: command.slice() });
    return { kind: 'accepted', id };
  }

  withdraw(id: SubmissionId): 'withdrawn' | 'in-doubt' {
    const before = this.#unnumbered.length;
    this.#unnumbered = this.#unnumbered.filter((it) => it.id !== id);
    return this.#unnumbered.length < before ? 'withdrawn' : 'in-doubt';
  }

  read(): ReadId {
    this.#lastId += 1;
    const id = readId(this.#lastId);
    this.#reads.push(id);
    return id;
  }

  leader(): NodeId | null {
    return this.#leader;
  }

  // ---- what a test does ----

  /** Commands that were submitted and not applied. */
  get open(): number {
    return this.#unnumbered.length + this.#numbered.length;
  }

  /** Would a turn do anything? */
  get wantsTurn(): boolean {
    return this.#quorum === 'present' && this.open + this.#reads.length > 0;
  }

  /** From now on commands wait and reads fail: there is no quorum. */
  loseQuorum(): void {
    this.#quorum = 'absent';
    this.elect(null);
  }

  findQuorum(leader: NodeId): void {
    this.#quorum = 'present';
    this.elect(leader);
  }

  elect(leader: NodeId | null): void {
    this.#leader = leader;
    this.#listener?.leaderChanged(leader);
  }

  /** Refuses all further commands; null takes them again. */
  refuse(reason: 'full' | 'stopping' | null): void {
    this.#refusal = reason;
  }

  /** Numbers what was submitted: from here on it is in doubt. */
  number(): void {
    this.#numbered.push(...this.#unnumbered.splice(0));
  }

  /** One turn: applies what waits, or only that many commands, and answers the reads. Says whether anything happened. */
  run(atMost = Number.POSITIVE_INFINITY): boolean {
    if (this.#quorum === 'absent') return this.#failReads();
    this.number();
    const commands = this.#numbered.splice(0, Math.min(atMost, this.#numbered.length));
    for (const { id, command } of commands) {
      const result = this.#apply(command);
      this.#listener?.applied(id, this.#cluster.index, result);
    }
    const reads = this.#reads.splice(0);
    for (const read of reads) this.#listener?.readSafe(read);
    if (commands.length > 0) this.#allCaughtUp();
    return commands.length + reads.length > 0;
  }

  /** Applies all that waits and brings it in a snapshot: the node never sees the results. */
  runUnseen(): void {
    this.number();
    const commands = this.#numbered.splice(0);
    for (const { command } of commands) this.#apply(command);
    this.#cluster.jump(this.node);
    this.#replica = 'keeps-up';
    for (const { id } of commands) this.#listener?.lost(id);
    this.#allCaughtUp();
  }

  /** This node's replica lags: it looks at nothing until `runUnseen`. */
  lag(): void {
    this.#replica = 'lags';
  }

  /** Everything numbered is void: it was never applied and never will be. */
  voidAll(): void {
    this.number();
    for (const { id } of this.#numbered.splice(0)) this.#listener?.voided(id);
  }

  /** Begins an incarnation; what the one before it had is over. */
  begin(): void {
    this.#cluster.incarnation += 1;
    this.#cluster.index += 1;
    this.#incarnation = this.#cluster.incarnation;
    this.#cluster.machine.incarnationChanged({
      index: this.#cluster.index,
      node: this.node,
      incarnation: this.#incarnation,
      clusterTimeMs: 0,
    });
    this.#listener?.incarnationBegan(this.#incarnation);
    this.#allCaughtUp();
  }

  /** The others end this node's incarnation. */
  endIncarnation(): void {
    this.#cluster.incarnation += 1;
    this.#cluster.index += 1;
    this.#cluster.machine.incarnationChanged({
      index: this.#cluster.index,
      node: this.node,
      incarnation: this.#cluster.incarnation,
      clusterTimeMs: 0,
    });
    this.#listener?.incarnationEnded();
    this.#allCaughtUp();
  }

  #apply(body: Uint8Array): ChatResult {
    this.#cluster.index += 1;
    this.#cluster.applied += 1;
    return this.#cluster.machine.apply({
      index: this.#cluster.index,
      node: this.node,
      incarnation: this.#incarnation,
      clusterTimeMs: 0,
      bytes: body,
      start: 0,
      end: body.length,
    });
  }

  #failReads(): boolean {
    const reads = this.#reads.splice(0);
    for (const read of reads) this.#listener?.readFailed(read, 'no quorum');
    return false;
  }

  #allCaughtUp(): void {
    for (const log of this.#cluster.logs) {
      if (log.#replica === 'keeps-up') log.#listener?.caughtUp(this.#cluster.index);
    }
  }
}
