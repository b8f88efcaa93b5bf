import { advanceCommitIndex } from './commit.ts';
import { onSnapshotTaken } from './compaction.ts';
import type { Effect, RoleName } from './effect.ts';
import { countOwnVote, giveUpIfRemoved } from './election.ts';
import { passCommitOn } from './heartbeat.ts';
import type { LogIndex, NodeId, Term, Ticket } from './ids.ts';
import type { Input } from './input.ts';
import { onSnapshotReceived } from './install-snapshot.ts';
import { assertStep, observe } from './invariants.ts';
import { tickLeader } from './leader.ts';
import type { LogView } from './log-view.ts';
import { changeMembers, dropRemovedPeers, onPeerReplaced, stepDownIfRemoved } from './membership-leader.ts';
import type { Membership, Standing } from './membership.ts';
import type { RaftOptions } from './options.ts';
import { assertOptions } from './options-check.ts';
import { onLeaderSuspected, tickElectionTimer } from './pre-vote.ts';
import type { Progress } from './progress.ts';
import { read } from './reads.ts';
import { receive } from './receive.ts';
import { accept } from './replication-follower.ts';
import { onSnapshotNotSent, propose } from './replication-leader.ts';
import type { LogPosition, SnapshotMeta } from './snapshot-meta.ts';
import { settleStanding } from './standing.ts';
import { RaftState } from './state.ts';
import { startTransfer } from './transfer.ts';

/** What a leader tells of one of its followers. */
export interface PeerProgress {
  readonly id: NodeId;
  /** Entries up to here are on its disk. */
  readonly matchIndex: LogIndex;
  readonly nextIndex: LogIndex;
  readonly progress: Progress['kind'];
  /** Where the snapshot ends that is on its way there; null unless `progress` is `snapshot`. */
  readonly snapshotIndex: LogIndex | null;
  /** What it last said of its disk in this term; `recovering` until it has said anything. */
  readonly standing: Standing;
  /** Removed from the membership, and not told yet. */
  readonly leaving: boolean;
  readonly ticksSinceHeard: number;
}

/**
 * One server of a Raft group (Figure 2), without I/O, clock or chance of its own: one input in, its effects out, and
 * the same again for the same inputs. Making one does nothing but remember.
 */
export class Raft {
  readonly #state: RaftState;

  /** Throws `RaftInvariantError` if the options, or what was found on disk, cannot be. */
  constructor(options: RaftOptions) {
    assertOptions(options);
    this.#state = new RaftState(options);
  }

  /**
   * Takes one input. The effects are to be carried out in their order; at most one of them is a `persist`.
   * Throws `RaftInvariantError` if Raft's promises are broken; the node must then stop.
   */
  step(input: Input): readonly Effect[] {
    const state = this.#state;
    const before = observe(state);
    this.#dispatch(input);
    if (state.role.kind === 'leader') passCommitOn(state, state.role);
    if (state.commitIndex > before.commitIndex) this.#committed();
    if (state.role.kind === 'leader') dropRemovedPeers(state, state.role);
    settleStanding(state);
    state.announceMembership();
    assertStep(before, state);
    return state.takeEffects();
  }

  get id(): NodeId {
    return this.#state.id;
  }

  /** The current term; it may not be durable yet, but then nobody has been told. */
  get term(): Term {
    return this.#state.term;
  }

  get votedFor(): NodeId | null {
    return this.#state.votedFor;
  }

  get role(): RoleName {
    return this.#state.role.kind;
  }

  /** Who leads the current term, this node included; null if unknown. */
  get leader(): NodeId | null {
    return this.#state.leader;
  }

  get commitIndex(): LogIndex {
    return this.#state.commitIndex;
  }

  /** Bytes of the entries that are in the log and not known to be committed. */
  get uncommittedBytes(): number {
    const { log, commitIndex } = this.#state;
    return log.bytesBetween(commitIndex, log.lastIndex);
  }

  /** Every entry up to here is on this node's disk. */
  get durableIndex(): LogIndex {
    return this.#state.durability.durableIndex;
  }

  get log(): LogView {
    return this.#state.log;
  }

  /** The latest membership in the log, committed or not. */
  get membership(): Membership {
    return { members: this.#state.membership.inForce.members };
  }

  /** Whether that one is known to be committed. */
  get membershipCommitted(): boolean {
    return this.#state.membershipCommitted;
  }

  /** Index of its entry; of a snapshot's membership, the snapshot's. */
  get membershipIndex(): LogIndex {
    return this.#state.membership.inForce.index;
  }

  get isVoter(): boolean {
    return this.#state.membership.isVoter(this.#state.id);
  }

  /** What this node says of its disk: `voting` only once that is durable itself. */
  get standing(): Standing {
    return this.#state.standing;
  }

  /** The newest that the core knows to be durable here. */
  get snapshot(): SnapshotMeta | null {
    return this.#state.snapshot;
  }

  /** The place before the first entry of the log. */
  get base(): LogPosition {
    return this.#state.log.base;
  }

  /** Whom this leader counts whatever their standing: all voters of the unanimous election that it won, or nobody. */
  get vouched(): readonly NodeId[] {
    const { role } = this.#state;
    return role.kind === 'leader' ? [...role.vouched] : [];
  }

  /** The followers as their leader sees them; empty for any other role. */
  get peers(): readonly PeerProgress[] {
    const { role } = this.#state;
    if (role.kind !== 'leader') return [];
    return [...role.peers.values()].map((peer) => {
      const { id, matchIndex, nextIndex, progress, ticksSinceHeard, standing } = peer;
      const snapshotIndex = progress.kind === 'snapshot' ? progress.sent.index : null;
      const leaving = peer.leavingAt !== null;
      return {
        id,
        matchIndex,
        nextIndex,
        progress: progress.kind,
        snapshotIndex,
        ticksSinceHeard,
        standing,
        leaving,
      };
    });
  }

  /** To whom this leader is handing over, or null. */
  get transferTarget(): NodeId | null {
    const { role } = this.#state;
    return role.kind === 'leader' ? (role.transfer?.target ?? null) : null;
  }

  #dispatch(input: Input): void {
    switch (input.kind) {
      case 'tick':
        this.#tick();
        return;
      case 'receive':
        receive(this.#state, input.from, input.message);
        return;
      case 'propose':
        propose(this.#state, input.proposals);
        return;
      case 'persisted':
        this.#persisted(input.ticket);
        return;
      case 'read':
        read(this.#state, input.id);
        return;
      case 'transfer':
        startTransfer(this.#state, input.to);
        return;
      case 'change-members':
        changeMembers(this.#state, input);
        return;
      case 'snapshot-taken':
        onSnapshotTaken(this.#state, input);
        return;
      case 'snapshot-received':
        onSnapshotReceived(this.#state, input);
        return;
      case 'snapshot-not-sent':
        onSnapshotNotSent(this.#state, input.to);
        return;
      case 'peer-replaced':
        onPeerReplaced(this.#state, input.peer);
        return;
      case 'leader-suspected':
        onLeaderSuspected(this.#state, input.leader);
        return;
      default:
        input satisfies never;
    }
  }

  /** The leader need not wait for the next entry to count this node. */
  #sayThatItVouches(): void {
    const { role, commitIndex } = this.#state;
    if (role.kind === 'follower' && role.leader !== null) accept(this.#state, role.leader, commitIndex);
  }

  /** The commit index has grown: with it perhaps a membership is settled. */
  #committed(): void {
    const state = this.#state;
    state.emit({ kind: 'commit', index: state.commitIndex });
    state.membership.forgetBefore(state.commitIndex);
    if (state.role.kind === 'leader') stepDownIfRemoved(state, state.role);
    else giveUpIfRemoved(state, state.role);
  }

  #tick(): void {
    const { role } = this.#state;
    this.#state.durability.tick();
    if (role.kind === 'leader') tickLeader(this.#state, role);
    else tickElectionTimer(this.#state, role);
  }

  #persisted(ticket: Ticket): void {
    const state = this.#state;
    const { standing } = state;
    state.durability.confirm(ticket);
    state.sendReleased();
    if (state.standing !== standing) this.#sayThatItVouches();
    if (state.role.kind === 'candidate') countOwnVote(state, state.role);
    if (state.role.kind === 'leader') advanceCommitIndex(state, state.role);
  }
}
