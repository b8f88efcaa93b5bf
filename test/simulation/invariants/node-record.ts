import type { HardState, RoleName } from '../../../src/raft/core/effect.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Standing } from '../../../src/raft/core/membership.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { LogBatch, RecoveredLog } from '../../../src/raft/storage/log-store.ts';

/** How far another has accepted entries, in the latest term in which it has, and what it said of its disk then. */
interface Acceptance {
  readonly term: number;
  readonly matchIndex: number;
  readonly standing: Standing;
}

/** What a disk was like when its node was last told that time passes. */
export interface DiskCondition {
  readonly room: 'enough' | 'none';
  /** Slow, or it hangs. */
  readonly pace: 'usual' | 'late';
}

/** The first so many entries of the committed log, for what a snapshot stands for. */
export type CommittedPrefix = (upTo: number) => readonly Entry[];

/**
 * What has been seen of one node, over all of its processes. Brought up to date after each step, in the time of what has changed.
 * What a node has dropped from its log stays known here: a snapshot stands for entries that are committed, and those are remembered.
 */
export class NodeRecord {
  readonly id: NodeId;
  /** What the disk has answered for, in its log or in a snapshot: it must be there after any crash. */
  readonly durable: Entry[] = [];
  durableState: HardState | null = null;
  /** From where the present process has asked its disk to cut the log, and has no answer; 0 if nowhere. */
  truncating = 0;
  /** What was durable has been destroyed behind the node's back: nothing is expected of it any more. */
  destroyed = false;
  /** What it had before that, and may have told others of. */
  readonly hadBefore: Entry[] = [];
  /** It was destroyed once more before it was well again: what it had then is not remembered. */
  isHitAgain = false;
  /** Nothing of its log was left then, whatever lies in its place, and it has not been about to vouch for its disk since. */
  isEmptied = false;
  /** It vouches for its disk, or has asked its disk to say so. */
  mayVouch = false;
  /** When it was last asked to hand over. */
  askedToHandOverAtTick = 0;
  /** Its process is leaving in good order. */
  isLeaving = false;
  /** The core's log, as of the last step of the present process, with what comes before its base. */
  readonly log: Entry[] = [];
  base = 0;
  term = 0;
  votedFor: NodeId | null = null;
  commitIndex = 0;
  appliedIndex = 0;
  snapshotIndex = 0;
  role: RoleName = 'follower';
  core: Raft | null = null;
  /** The first index at which the step that is being looked at changed the log; 0 if none. */
  changedFrom = 0;
  /** Ticks that its cores have taken, in all its processes. */
  ticks = 0;
  leadsSinceTick = 0;
  readonly heardAtTick = new Map<NodeId, number>();
  /** When each batch that the disk has not answered for was asked for. */
  readonly issuedAtTick: number[] = [];
  disk: DiskCondition = { room: 'enough', pace: 'usual' };
  /** When last it was seen to wait for its disk. */
  diskBusyUntilTick = 0;
  /** The highest term of a message that it cannot but heed. */
  heardTerm = 0;
  /** Who has asked for a pre-vote and has no answer, since when. */
  readonly preVotesAsked = new Map<NodeId, number>();
  readonly acceptedBy = new Map<NodeId, Acceptance>();
  /** Who came back with another folder, and has not been seen to begin anew in what this node knows of it. */
  readonly replacedPeers = new Set<NodeId>();
  /** Whose processes the network has told it to be gone. */
  readonly hintsOf = new Set<NodeId>();
  #unanswered = 0;

  constructor(id: NodeId) {
    this.id = id;
  }

  started({ entries, base, hardState }: RecoveredLog, committed: CommittedPrefix): void {
    replace(this.durable, 0, committed(base.index));
    for (const entry of entries) this.durable.push(entry);
    this.truncating = 0;
    const knowsNothing = entries.length === 0 && base.index === 0 && hardState.term === 0;
    this.durableState = knowsNothing ? null : hardState;
    this.mayVouch = hardState.standing === 'voting';
    this.#unanswered = 0;
    this.issuedAtTick.length = 0;
    this.heardAtTick.clear();
    this.preVotesAsked.clear();
    this.acceptedBy.clear();
    this.replacedPeers.clear();
    this.hintsOf.clear();
    this.isLeaving = false;
    this.heardTerm = 0;
    this.log.length = 0;
    this.base = 0;
    // What was on the disk is where the new process goes on.
    this.term = hardState.term;
    this.votedFor = hardState.votedFor;
    this.commitIndex = 0;
    this.appliedIndex = 0;
    this.snapshotIndex = 0;
    this.role = 'follower';
    this.core = null;
  }

  ended(): void {
    this.core = null;
    this.log.length = 0;
    this.role = 'follower';
  }

  /** What is on its disk is destroyed, all of it or some. */
  loses(): void {
    if (this.destroyed) this.isHitAgain = true;
    else replace(this.hadBefore, 0, this.durable);
    this.destroyed = true;
  }

  /** It is a member again by its new folder, and has all that is committed. */
  isWellAgain(): void {
    this.destroyed = false;
    this.isHitAgain = false;
    this.isEmptied = false;
    this.hadBefore.length = 0;
  }

  /** It is known to have acknowledged this entry, in this life of its folder or before. */
  has({ index, term }: Entry): boolean {
    return (
      this.durable[index - 1]?.term === term || (this.destroyed && this.hadBefore[index - 1]?.term === term)
    );
  }

  received(from: NodeId, message: Message): void {
    this.heardAtTick.set(from, this.ticks);
    if (message.kind === 'append-entries-accepted') this.#accepts(from, message);
    if (message.kind === 'pre-vote') this.preVotesAsked.set(from, this.ticks);
    else if (message.kind !== 'request-vote' || message.reason === 'transfer')
      this.heardTerm = Math.max(this.heardTerm, message.term);
  }

  answered(to: NodeId, message: Message): void {
    if (message.kind === 'pre-vote-response') this.preVotesAsked.delete(to);
  }

  /** The core takes a tick, which may have waited behind what came before it. */
  ticked(): void {
    this.ticks += 1;
    if (this.issuedAtTick.length > 0) this.diskBusyUntilTick = this.ticks;
  }

  /** The core is told that a peer came back with another folder. */
  replaced(peer: NodeId): void {
    this.acceptedBy.delete(peer);
    this.replacedPeers.add(peer);
  }

  issued({ truncateFrom, reset, hardState }: LogBatch): void {
    if (hardState?.standing === 'voting') {
      this.mayVouch = true;
      this.isEmptied = false;
    }
    this.#unanswered += 1;
    this.issuedAtTick.push(this.ticks);
    const from = reset === null ? truncateFrom : 1;
    if (from === null) return;
    this.truncating = this.truncating === 0 ? from : Math.min(this.truncating, from);
  }

  madeDurable(batch: LogBatch, committed: CommittedPrefix): void {
    this.#unanswered -= 1;
    this.issuedAtTick.shift();
    if (this.#unanswered === 0) this.truncating = 0;
    if (batch.reset !== null) replace(this.durable, 0, committed(batch.reset.index));
    if (batch.truncateFrom !== null)
      this.durable.length = Math.min(this.durable.length, batch.truncateFrom - 1);
    for (const entry of batch.entries) this.durable.push(entry);
    if (batch.hardState !== null) this.durableState = batch.hardState;
  }

  /** A step is to be looked at. */
  steps(core: Raft, committed: CommittedPrefix): void {
    const { baseIndex, baseTerm } = core.log;
    if (baseIndex > this.base) {
      // The log that it had was not dropped up to there, but replaced by a snapshot.
      if (this.log[baseIndex - 1]?.term !== baseTerm) replace(this.log, 0, committed(baseIndex));
      this.base = baseIndex;
    }
    this.changedFrom = this.#firstChanged(core);
  }

  /** The step has been looked at. */
  stepped(core: Raft): void {
    if (this.changedFrom > 0) {
      this.log.length = Math.min(this.log.length, this.changedFrom - 1);
      for (let index = this.changedFrom; index <= core.log.lastIndex; index += 1)
        this.log.push(core.log.entryAt(index as Entry['index']));
    }
    const led = this.role === 'leader' && this.term === core.term;
    if (core.role === 'leader' && !led) this.leadsSinceTick = this.ticks;
    if (core.term > this.term) this.preVotesAsked.clear();
    this.core = core;
    this.term = core.term;
    this.votedFor = core.votedFor;
    this.commitIndex = core.commitIndex;
    this.role = core.role;
  }

  #accepts(from: NodeId, { term, matchIndex, standing }: Acceptance): void {
    const known = this.acceptedBy.get(from);
    if (known === undefined || known.term < term) this.acceptedBy.set(from, { term, matchIndex, standing });
    if (known?.term !== term) return;
    const further = Math.max(known.matchIndex, matchIndex);
    const vouches = known.standing === 'voting' ? known.standing : standing;
    this.acceptedBy.set(from, { term, matchIndex: further, standing: vouches });
  }

  /** The first index at which the core's log is not what it was, or 0. Looks back from the end as far as entries may change: to what is committed. */
  #firstChanged(core: Raft): number {
    const { lastIndex, firstIndex } = core.log;
    let first = lastIndex < this.log.length ? lastIndex + 1 : 0;
    const floor = core === this.core ? Math.max(firstIndex, this.commitIndex) : firstIndex;
    for (let index: number = lastIndex; index >= floor; index -= 1) {
      if (this.log[index - 1] !== core.log.entryAt(index as Entry['index'])) first = index;
    }
    return first;
  }
}

function replace(list: Entry[], from: number, entries: readonly Entry[]): void {
  list.length = from;
  for (const entry of entries) list.push(entry);
}
