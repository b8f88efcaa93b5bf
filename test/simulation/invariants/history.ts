import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Input } from '../../../src/raft/core/input.ts';
import type { Standing } from '../../../src/raft/core/membership.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Frame } from '../../../src/raft/driver/frames.ts';
import type { RaftEvent } from '../../../src/raft/driver/observer.ts';
import type { ClusterMember } from '../../../src/raft/driver/members-payload.ts';
import { decodeMembers } from '../../../src/raft/driver/members-payload.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { LogBatch, RecoveredLog } from '../../../src/raft/storage/log-store.ts';
import { clusterTimeNeverFalls } from './cluster-time.ts';
import { commitRule } from './commit-rule.ts';
import { committedHistoryIsImmutable } from './committed-history.ts';
import { durableMarkNotPastIssued } from './durable-mark.ts';
import { durableOnQuorum } from './durable-on-quorum.ts';
import { durableSurvives } from './durable-survives.ts';
import { electedByMajority } from './elected-by-majority.ts';
import { emptiedAgreesToNothing } from './emptied-agrees-to-nothing.ts';
import { electionRestriction } from './election-restriction.ts';
import { electionSafety } from './election-safety.ts';
import { handingOver } from './handing-over.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { indexesInOrder } from './indexes-in-order.ts';
import { leaderAppendOnly } from './leader-append-only.ts';
import { leaderCompleteness } from './leader-completeness.ts';
import { leaderMakesWay } from './leader-makes-way.ts';
import { logBehindSnapshot } from './log-behind-snapshot.ts';
import { logMatching } from './log-matching.ts';
import { matchAsAccepted } from './match-as-accepted.ts';
import { matchNeverFalls } from './match-never-falls.ts';
import { matchNotPastDurable } from './match-not-past-durable.ts';
import { monotoneState } from './monotone-state.ts';
import type { DiskCondition } from './node-record.ts';
import { NodeRecord } from './node-record.ts';
import { nothingSaidBeforeDurable } from './nothing-said-before-durable.ts';
import { oneVoteATerm } from './one-vote-a-term.ts';
import { preVoteMajority } from './pre-vote-majority.ts';
import { readByMajority } from './read-by-majority.ts';
import { roomIsKept } from './room-is-kept.ts';
import { rulesForAllServers } from './rules-for-all-servers.ts';
import { termBeginsWithCandidate } from './term-begins-with-candidate.ts';
import { uncommittedIsBounded } from './uncommitted-bounded.ts';
import { votesWhenAsked } from './asked-as-a-voter.ts';
import { heartbeatsLeave } from './heartbeats-leave.ts';
import { heardLeaderIsKept } from './heard-leader-is-kept.ts';
import { onlyVotersCampaign } from './only-voters-campaign.ts';
import { inflightIsBounded } from './inflight-bounded.ts';
import { membershipChanges } from './membership-changes.ts';
import { membershipFromLog } from './membership-from-log.ts';
import { readmittedByTheOthers } from './readmitted-by-the-others.ts';
import { recoveringCountsForNothing } from './recovering-counts-for-nothing.ts';
import { recoversUntilTakenIn } from './recovers-until-taken-in.ts';
import { removedLeaderStepsDown } from './removed-leader.ts';
import { snapshotGoesOn } from './snapshot-goes-on.ts';
import { snapshotLabel } from './snapshot-label.ts';
import { ownTermBeforeChange } from './own-term-before-change.ts';
import { ownTermByCounting } from './own-term-by-counting.ts';

const INVARIANTS: readonly Invariant[] = [
  electionSafety,
  oneVoteATerm,
  monotoneState,
  logMatching,
  leaderAppendOnly,
  ownTermByCounting,
  committedHistoryIsImmutable,
  durableOnQuorum,
  durableSurvives,
  durableMarkNotPastIssued,
  indexesInOrder,
  leaderCompleteness,
  matchNotPastDurable,
  nothingSaidBeforeDurable,
  rulesForAllServers,
  termBeginsWithCandidate,
  preVoteMajority,
  electedByMajority,
  electionRestriction,
  commitRule,
  matchNeverFalls,
  matchAsAccepted,
  leaderMakesWay,
  readByMajority,
  handingOver,
  uncommittedIsBounded,
  clusterTimeNeverFalls,
  snapshotLabel,
  snapshotGoesOn,
  logBehindSnapshot,
  membershipFromLog,
  membershipChanges,
  recoveringCountsForNothing,
  readmittedByTheOthers,
  recoversUntilTakenIn,
  emptiedAgreesToNothing,
  removedLeaderStepsDown,
  heardLeaderIsKept,
  heartbeatsLeave,
  ownTermBeforeChange,
  inflightIsBounded,
  votesWhenAsked,
  onlyVotersCampaign,
  roomIsKept,
];

/** Of a run's settings, those that the invariants measure by. */
export interface Limits {
  readonly electionTicks: number;
  readonly maxUncommittedBytes: number;
  readonly maxInflightBytes: number;
  readonly segmentBytes: number;
  readonly snapshots: { readonly windowBytes: number; readonly resendTicks: number };
}

export interface CommittedEntry {
  readonly entry: Entry;
  /** The term of the node that was first seen to know of it: leaders of later terms must have it. */
  readonly inTerm: number;
  readonly by: NodeId;
}

export interface Vote {
  readonly candidate: NodeId;
  readonly standing: Standing;
}

/** All that has been seen in a run, over all crashes, and the invariants that watch it. */
export class History {
  readonly records: ReadonlyMap<NodeId, NodeRecord>;
  readonly leaderOfTerm = new Map<number, NodeId>();
  /** By index and term, the one entry that may stand there, and the term of the one before it. */
  readonly entries = new Map<number, Map<number, { readonly entry: Entry; readonly previousTerm: number }>>();
  readonly committed: CommittedEntry[] = [];
  /** By node and term, whom the node told that it has its vote, and what it said of its disk then. */
  readonly votes = new Map<string, Vote>();
  /** The memberships that are committed, by their entries' places in the log. */
  readonly memberships: { readonly index: number; readonly members: readonly ClusterMember[] }[] = [];
  readonly limits: Limits;
  /** How often the invariants looked. */
  steps = 0;
  readonly #onCommitted: (entry: Entry) => void;

  /** `onCommitted`: an entry was seen to be committed for the first time; called in the order of the log. */
  constructor(nodes: readonly NodeId[], limits: Limits, onCommitted: (entry: Entry) => void) {
    this.records = new Map(nodes.map((id) => [id, new NodeRecord(id)]));
    this.limits = limits;
    this.#onCommitted = onCommitted;
  }

  record(node: NodeId): NodeRecord {
    const record = this.records.get(node);
    if (record === undefined) throw new Error(`there is no node ${node}`);
    return record;
  }

  started(node: NodeId, recovered: RecoveredLog): void {
    const record = this.record(node);
    for (const invariant of INVARIANTS) invariant.started?.(this, record, recovered);
    record.started(recovered, this.#prefix);
  }

  issued(node: NodeId, batch: LogBatch): void {
    const record = this.record(node);
    for (const invariant of INVARIANTS) invariant.issued?.(this, record, batch);
    record.issued(batch);
  }

  madeDurable(node: NodeId, batch: LogBatch): void {
    this.record(node).madeDurable(batch, this.#prefix);
  }

  /** A tick has come to a node, which will take it in its next turn. */
  ticked(node: NodeId, disk: DiskCondition): void {
    const record = this.record(node);
    record.disk = disk;
    for (const invariant of INVARIANTS) invariant.ticked?.(this, record);
  }

  /** A node's core is about to take this. */
  takes(node: NodeId, input: Input): void {
    const record = this.record(node);
    if (input.kind === 'peer-replaced') record.replaced(input.peer);
    if (input.kind === 'tick') record.ticked();
    // By somebody, or by a leader that is of no use to itself: it may ask again in the turn in which the core gave up.
    if (input.kind === 'transfer') record.askedToHandOverAtTick = record.ticks;
    if (input.kind === 'receive') {
      record.received(input.from, input.message);
      for (const invariant of INVARIANTS) invariant.hears?.(this, record, input.from, input.message);
    }
    for (const invariant of INVARIANTS) invariant.takes?.(this, record, input);
  }

  /** A node's driver tells of something; of a message that its core has to send, among others. */
  told(node: NodeId, event: RaftEvent): void {
    const record = this.record(node);
    for (const invariant of INVARIANTS) invariant.told?.(this, record, event);
    // Now, and not when the turn is over: another membership may be in force by then.
    if (event.kind === 'commit' && record.core !== null) this.noteCommitted(node, record.core);
    if (event.kind !== 'sent') return;
    record.answered(event.to, event.message);
    for (const invariant of INVARIANTS) invariant.says?.(this, record, event.message, event.to);
  }

  sent(node: NodeId, to: NodeId, message: Message): void {
    const record = this.record(node);
    for (const invariant of INVARIANTS) invariant.sent?.(this, record, to, message);
  }

  /** A snapshot on its way, and the answers to it, are no business of the core. */
  frameSent(node: NodeId, to: NodeId, frame: Frame): void {
    const record = this.record(node);
    for (const invariant of INVARIANTS) invariant.frameSent?.(this, record, to, frame);
  }

  frameHeard(node: NodeId, from: NodeId, frame: Frame): void {
    const record = this.record(node);
    for (const invariant of INVARIANTS) invariant.frameHeard?.(this, record, from, frame);
  }

  stepped(node: NodeId, core: Raft): void {
    const record = this.record(node);
    this.steps += 1;
    record.steps(core, this.#prefix);
    this.noteCommitted(node, core);
    for (const invariant of INVARIANTS) invariant.stepped?.(this, record, core);
    record.stepped(core);
  }

  /** What this node knows to be committed joins the history. Also called while it applies, before its step is over. */
  noteCommitted(node: NodeId, core: Raft): void {
    for (let index = this.committed.length + 1; index <= core.commitIndex; index += 1) {
      if (index <= core.log.baseIndex) throw this.#beyondCommitted(node, core.log.baseIndex);
      const entry = core.log.entryAt(index as Entry['index']);
      this.committed.push({ entry, inTerm: core.term, by: node });
      if (entry.kind === 'members')
        this.memberships.push({ index, members: decodeMembers(entry.payload).members });
      for (const invariant of INVARIANTS) invariant.committed?.(this, index);
      this.#onCommitted(entry);
    }
  }

  readonly #prefix = (upTo: number): readonly Entry[] => {
    if (upTo > this.committed.length) throw this.#beyondCommitted('somebody', upTo);
    return this.committed.slice(0, upTo).map(({ entry }) => entry);
  };

  #beyondCommitted(who: string, index: number): BrokenInvariant {
    return new BrokenInvariant(
      'A Snapshot Covers Only What Is Committed',
      `${who} has a snapshot up to ${index}, and only ${this.committed.length} entries are known to be committed`,
    );
  }
}
