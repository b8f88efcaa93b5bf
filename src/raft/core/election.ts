import { drawElectionTimer, drawHintedTimer, type ElectionTimer } from './election-timer.ts';
import { term, type NodeId } from './ids.ts';
import { becomeLeader } from './leader.ts';
import type { Standing } from './membership.ts';
import type { RequestVote, RequestVoteResponse } from './messages.ts';
import { becomeFollower, changeRole } from './role-change.ts';
import type { Candidate, Follower, PreCandidate } from './role.ts';
import type { RaftState } from './state.ts';
import { mayCampaign, mayVote, otherElectors, outcomeOf } from './standing.ts';
import { holdsOnToLeader } from './stickiness.ts';

/** The real election (§5.2, §5.4.1). */

/** Enters the next term with a vote for itself. The requests leave, and the own vote counts, once it is durable. */
export function campaign(state: RaftState, reason: RequestVote['reason']): void {
  state.enterTerm(term(state.term + 1), state.id);
  const role: Candidate = {
    kind: 'candidate',
    timer: drawCampaignTimer(state),
    votes: new Map(),
  };
  changeRole(state, role, reason === 'transfer' ? 'asked-to-take-over' : 'pre-vote-won');
  for (const to of otherElectors(state)) {
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
  if (role.leader !== null && role.leader !== from) return;
  if (mayCampaign(state)) campaign(state, 'transfer');
}

/** A node that still hears its leader does not listen, and does not even take over the term. */
export function refusesToListen(state: RaftState, from: NodeId, { reason }: RequestVote): boolean {
  return reason === 'timeout' && holdsOnToLeader(state, from);
}

/**
 * One vote a term, to the first whose log is at least as up-to-date (§5.2, §5.4.1). A grant waits until it is
 * durable. Asked again in the same term by the same candidate, the answer is the same. A learner votes like any other: it
 * may be a voter already, and not know it yet.
 */
export function onRequestVote(state: RaftState, from: NodeId, message: RequestVote): void {
  const free = state.votedFor === null && state.leader === null;
  const granted =
    (free || state.votedFor === from) &&
    mayVote(state) &&
    state.log.isOutdatedOrEqualTo(message.lastLogTerm, message.lastLogIndex);
  if (granted) grant(state, from);
  answerRequestVote(state, from, granted ? 'granted' : 'refused');
}

export function answerRequestVote(state: RaftState, to: NodeId, answer: 'granted' | 'refused'): void {
  const granted = answer === 'granted';
  state.send(to, { kind: 'request-vote-response', term: state.term, granted, standing: state.standing });
}

export function onRequestVoteResponse(
  state: RaftState,
  role: Candidate,
  from: NodeId,
  { granted, standing }: RequestVoteResponse,
): void {
  if (granted) countVote(state, role, from, standing);
}

/** Its own vote counts like any other: once it is durable. */
export function countOwnVote(state: RaftState, role: Candidate): void {
  if (role.votes.has(state.id) || !state.durability.isConfirmed(state.durability.voteTicket)) return;
  // Only now do the requests leave: the time that its own disk took is not taken from the voters'.
  role.timer = drawCampaignTimer(state);
  countVote(state, role, state.id, state.standing);
}

/** A snapshot that an earlier leader sent may commit this node's removal while it campaigns: it could not lead any more. */
export function giveUpIfRemoved(state: RaftState, role: Follower | PreCandidate | Candidate): void {
  if (role.kind !== 'follower' && !mayCampaign(state)) becomeFollower(state, state.term, null, 'removed');
}

/** How long a candidate waits for its votes: less at first, as long as the leader's process seems to be gone. */
function drawCampaignTimer({ suspectedLeader, term, options }: RaftState): ElectionTimer {
  if (suspectedLeader === null) return drawElectionTimer(options);
  return drawHintedTimer(options, term - suspectedLeader.term - 1);
}

function countVote(state: RaftState, role: Candidate, voter: NodeId, standing: Standing): void {
  role.votes.set(voter, standing);
  const outcome = outcomeOf(state, role.votes);
  if (outcome !== 'undecided') becomeLeader(state, role.votes, outcome);
}

function grant(state: RaftState, candidate: NodeId): void {
  state.voteFor(candidate);
  const { role } = state;
  const voter = role.kind === 'follower' ? role : becomeFollower(state, state.term, null, 'election-lost');
  // To grant a vote is to give the candidate time to win (§5.2).
  voter.timer = drawElectionTimer(state.options);
}
