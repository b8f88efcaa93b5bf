import { advanceCommitIndex } from './commit.ts';
import type { Effect, RoleName } from './effect.ts';
import {
  answerRequestVote,
  countOwnVote,
  onRequestVote,
  onRequestVoteResponse,
  onTimeoutNow,
  refusesToListen,
} from './election.ts';
import { passCommitOn } from './heartbeat.ts';
import type { LogIndex, NodeId, Term, Ticket } from './ids.ts';
import type { Input } from './input.ts';
import { assertStep, observe } from './invariants.ts';
import { heardFrom, onHeartbeatResponse, tickLeader } from './leader.ts';
import type { LogView } from './log-view.ts';
import type { Message } from './messages.ts';
import type { RaftOptions } from './options.ts';
import { assertOptions } from './options-check.ts';
import { onPreVote, onPreVoteResponse, tickElectionTimer } from './pre-vote.ts';
import type { Progress } from './progress.ts';
import { onReadIndexRequest, onReadIndexResponse, read } from './reads.ts';
import { onAppendEntries, onHeartbeat } from './replication-follower.ts';
import { onAppendEntriesAccepted, onAppendEntriesRejected, propose } from './replication-leader.ts';
import { becomeFollower } from './role-change.ts';
import { answerStale } from './stale-term.ts';
import { RaftState } from './state.ts';
import { startTransfer } from './transfer.ts';

/** What a leader tells of one of its followers. */
export interface PeerProgress {
  readonly id: NodeId;
  /** Entries up to here are on its disk. */
  readonly matchIndex: LogIndex;
  readonly nextIndex: LogIndex;
  readonly progress: Progress['kind'];
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
    if (state.commitIndex > before.commitIndex) state.emit({ kind: 'commit', index: state.commitIndex });
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

  /** Every entry up to here is on this node's disk. */
  get durableIndex(): LogIndex {
    return this.#state.durability.durableIndex;
  }

  get log(): LogView {
    return this.#state.log;
  }

  /** The followers as their leader sees them; empty for any other role. */
  get peers(): readonly PeerProgress[] {
    const { role } = this.#state;
    if (role.kind !== 'leader') return [];
    return [...role.peers.values()].map(({ id, matchIndex, nextIndex, progress, ticksSinceHeard }) => {
      return { id, matchIndex, nextIndex, progress: progress.kind, ticksSinceHeard };
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
        this.#receive(input.from, input.message);
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
      default:
        input satisfies never;
    }
  }

  #tick(): void {
    const { role } = this.#state;
    this.#state.durability.tick();
    if (role.kind === 'leader') tickLeader(this.#state, role);
    else tickElectionTimer(this.#state, role);
  }

  #persisted(ticket: Ticket): void {
    const state = this.#state;
    state.durability.confirm(ticket);
    state.sendReleased();
    if (state.role.kind === 'candidate') countOwnVote(state, state.role);
    if (state.role.kind === 'leader') advanceCommitIndex(state, state.role);
  }

  /** The rules for all servers (Figure 2): a later term is entered at once, an earlier one is answered with ours. */
  #receive(from: NodeId, message: Message): void {
    const state = this.#state;
    if (!state.others.includes(from)) return;
    if (message.kind === 'pre-vote') {
      onPreVote(state, from, message);
      return;
    }
    if (message.kind === 'request-vote' && refusesToListen(state, from, message)) {
      answerRequestVote(state, from, 'refused');
      return;
    }
    if (message.term < state.term) {
      answerStale(state, from, message);
      return;
    }
    if (message.term > state.term) this.#followTerm(from, message);
    this.#receiveOfThisTerm(from, message);
  }

  #followTerm(from: NodeId, message: Message): void {
    const handedOver = message.kind === 'request-vote' && from === this.transferTarget;
    const speaksAsLeader =
      message.kind === 'append-entries' || message.kind === 'heartbeat' || message.kind === 'timeout-now';
    if (speaksAsLeader) becomeFollower(this.#state, message.term, from, 'leader-found');
    else becomeFollower(this.#state, message.term, null, handedOver ? 'handed-over' : 'higher-term-seen');
  }

  #receiveOfThisTerm(from: NodeId, message: Exclude<Message, { kind: 'pre-vote' }>): void {
    const state = this.#state;
    const { role } = state;
    const peer = role.kind === 'leader' ? heardFrom(role, from) : undefined;
    switch (message.kind) {
      case 'request-vote':
        onRequestVote(state, from, message);
        return;
      case 'request-vote-response':
        if (role.kind === 'candidate') onRequestVoteResponse(state, role, from, message);
        return;
      case 'pre-vote-response':
        if (role.kind === 'pre-candidate') onPreVoteResponse(state, role, from, message);
        return;
      case 'append-entries':
        onAppendEntries(state, from, message);
        return;
      case 'append-entries-accepted':
        if (role.kind === 'leader' && peer) onAppendEntriesAccepted(state, role, peer, message);
        return;
      case 'append-entries-rejected':
        if (role.kind === 'leader' && peer) onAppendEntriesRejected(state, role, peer, message);
        return;
      case 'heartbeat':
        onHeartbeat(state, from, message);
        return;
      case 'heartbeat-response':
        if (role.kind === 'leader' && peer) onHeartbeatResponse(state, role, peer, message);
        return;
      case 'read-index-request':
        onReadIndexRequest(state, from, message);
        return;
      case 'read-index-response':
        onReadIndexResponse(state, from, message);
        return;
      case 'timeout-now':
        if (role.kind === 'follower') onTimeoutNow(state, role, from);
        return;
      default:
        message satisfies never;
    }
  }
}
