import { drawElectionTimer } from './election-timer.ts';
import { term, type NodeId } from './ids.ts';
import { becomeLeader } from './leader.ts';
import type { RequestVote, RequestVoteResponse } from './messages.ts';
import { becomeFollower, changeRole } from './role-change.ts';
import type { Candidate, Follower } from './role.ts';
import type { RaftState } from './state.ts';
import { holdsOnToLeader } from './stickiness.ts';

/** The real election (§5.2, §5.4.1). */

/** Enters the next term with a vote for itself. The requests leave, and the own vote counts, once it is durable. */
export function campaign(state: RaftState, reason: RequestVote['reason']): void {
  state.enterTerm(term(state.term + 1), state.id);
  const role: Candidate = {
    kind: 'candidate',
    timer: drawElectionTimer(state.options),
    votes: new Set(),
  };
  changeRole(state, role, reason === 'transfer' ? 'asked-to-take-over' : 'pre-vote-won');
  for (const to of state.others) {
    state.send(to, {
      kind: 'request-vote',
      term: state.term,
      lastLogIndex: state.log.lastIndex,
      lastLogTerm: state.log.lastTerm,
      reason,
    });
  }
}

/** The leader hands over (dissertation §3.10): campaign at once, without asking first whether it could be won. */
export function onTimeoutNow(state: RaftState, role: Follower, from: NodeId): void {
  if (role.leader === null || role.leader === from) campaign(state, 'transfer');
}

/** A node that still hears its leader does not listen, and does not even take over the term. */
export function refusesToListen(state: RaftState, from: NodeId, { reason }: RequestVote): boolean {
  return reason === 'timeout' && holdsOnToLeader(state, from);
}

/**
 * One vote a term, to the first whose log is at least as up-to-date (§5.2, §5.4.1). A grant waits until it is
 * durable. Asked again in the same term by the same candidate, the answer is the same.
 */
export function onRequestVote(state: RaftState, from: NodeId, message: RequestVote): void {
  const free = state.votedFor === null && state.leader === null;
  const granted =
    (free || state.votedFor === from) &&
    state.log.isOutdatedOrEqualTo(message.lastLogTerm, message.lastLogIndex);
  if (granted) grant(state, from);
  answerRequestVote(state, from, granted ? 'granted' : 'refused');
}

export function answerRequestVote(state: RaftState, to: NodeId, answer: 'granted' | 'refused'): void {
  state.send(to, { kind: 'request-vote-response', term: state.term, granted: answer === 'granted' });
}

export function onRequestVoteResponse(
  state: RaftState,
  role: Candidate,
  from: NodeId,
  { granted }: RequestVoteResponse,
): void {
  if (granted) countVote(state, role, from);
}

/** Its own vote counts like any other: once it is durable. */
export function countOwnVote(state: RaftState, role: Candidate): void {
  if (role.votes.has(state.id) || !state.durability.isConfirmed(state.durability.voteTicket)) return;
  // Only now do the requests leave: the time that its own disk took is not taken from the voters'.
  role.timer = drawElectionTimer(state.options);
  countVote(state, role, state.id);
}

function countVote(state: RaftState, role: Candidate, voter: NodeId): void {
  role.votes.add(voter);
  if (role.votes.size >= state.majority) becomeLeader(state);
}

function grant(state: RaftState, candidate: NodeId): void {
  state.voteFor(candidate);
  const { role } = state;
  const voter = role.kind === 'follower' ? role : becomeFollower(state, state.term, null, 'election-lost');
  // To grant a vote is to give the candidate time to win (§5.2).
  voter.timer = drawElectionTimer(state.options);
}
