import type { HardState, RoleName } from '../../../src/raft/core/effect.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { LogBatch, RecoveredLog } from '../../../src/raft/storage/log-store.ts';

/** What has been seen of one node, over all of its processes. Brought up to date after each step, in the time of what has changed. */
export class NodeRecord {
  readonly id: NodeId;
  /** What the disk has answered for: it must be there after any crash. */
  readonly durable: Entry[] = [];
  durableState: HardState | null = null;
  /** From where the present process has asked its disk to cut the log, and has no answer; 0 if nowhere. */
  truncating = 0;
  /** What was durable has been destroyed behind the node's back: nothing is expected of it any more. */
  destroyed = false;
  /** Its folder was emptied: it may start as if it were new. */
  isEmptied = false;
  /** When somebody last asked it to hand over. */
  askedToHandOverAtTick = 0;
  /** Its process is leaving in good order. */
  isLeaving = false;
  /** The core's log, as of the last step of the present process. */
  readonly log: Entry[] = [];
  term = 0;
  votedFor: NodeId | null = null;
  commitIndex = 0;
  appliedIndex = 0;
  role: RoleName = 'follower';
  core: Raft | null = null;
  /** The first index at which the step that is being looked at changed the log; 0 if none. */
  changedFrom = 0;
  /** Ticks that have come to it, in all its processes. */
  ticks = 0;
  leadsSinceTick = 0;
  readonly heardAtTick = new Map<NodeId, number>();
  /** When each batch that the disk has not answered for was asked for. */
  readonly issuedAtTick: number[] = [];
  /** When last it was seen to wait for its disk. */
  diskBusyUntilTick = 0;
  /** The highest term of a message that it cannot but heed. */
  heardTerm = 0;
  /** Who has asked for a pre-vote and has no answer, since when. */
  readonly preVotesAsked = new Map<NodeId, number>();
  /** How far each other has accepted entries, in the latest term in which it has. */
  readonly acceptedBy = new Map<NodeId, { readonly term: number; readonly matchIndex: number }>();
  #unanswered = 0;

  constructor(id: NodeId) {
    this.id = id;
  }

  started(recovered: RecoveredLog): void {
    replace(this.durable, 0, recovered.entries);
    this.truncating = 0;
    this.durableState = recovered.entries.length === 0 ? null : recovered.hardState;
    this.#unanswered = 0;
    this.issuedAtTick.length = 0;
    this.heardAtTick.clear();
    this.preVotesAsked.clear();
    this.acceptedBy.clear();
    this.isLeaving = false;
    this.heardTerm = 0;
    this.log.length = 0;
    // What was on the disk is where the new process goes on.
    this.term = recovered.hardState.term;
    this.votedFor = recovered.hardState.votedFor;
    this.commitIndex = 0;
    this.appliedIndex = 0;
    this.role = 'follower';
    this.core = null;
  }

  ended(): void {
    this.core = null;
    this.log.length = 0;
    this.role = 'follower';
  }

  received(from: NodeId, message: Message): void {
    this.heardAtTick.set(from, this.ticks);
    if (message.kind === 'append-entries-accepted') this.#accepts(from, message.term, message.matchIndex);
    if (message.kind === 'pre-vote') this.preVotesAsked.set(from, this.ticks);
    else if (message.kind !== 'request-vote' || message.reason === 'transfer')
      this.heardTerm = Math.max(this.heardTerm, message.term);
  }

  answered(to: NodeId, message: Message): void {
    if (message.kind === 'pre-vote-response') this.preVotesAsked.delete(to);
  }

  issued({ truncateFrom }: LogBatch): void {
    this.#unanswered += 1;
    this.issuedAtTick.push(this.ticks);
    if (truncateFrom === null) return;
    this.truncating = this.truncating === 0 ? truncateFrom : Math.min(this.truncating, truncateFrom);
  }

  madeDurable(batch: LogBatch): void {
    this.#unanswered -= 1;
    this.issuedAtTick.shift();
    if (this.#unanswered === 0) this.truncating = 0;
    if (batch.truncateFrom !== null)
      this.durable.length = Math.min(this.durable.length, batch.truncateFrom - 1);
    for (const entry of batch.entries) this.durable.push(entry);
    if (batch.hardState !== null) this.durableState = batch.hardState;
  }

  /** A step is to be looked at. */
  steps(core: Raft): void {
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

  #accepts(from: NodeId, term: number, matchIndex: number): void {
    const known = this.acceptedBy.get(from);
    if (known !== undefined && (known.term > term || (known.term === term && known.matchIndex >= matchIndex)))
      return;
    this.acceptedBy.set(from, { term, matchIndex });
  }

  /** The first index at which the core's log is not what it was, or 0. Looks back from the end as far as entries may change: to what is committed. */
  #firstChanged(core: Raft): number {
    const { lastIndex } = core.log;
    let first = lastIndex < this.log.length ? lastIndex + 1 : 0;
    const floor = core === this.core ? Math.max(1, this.commitIndex) : 1;
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
