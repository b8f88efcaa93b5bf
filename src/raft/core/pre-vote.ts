import { campaign } from './election.ts';
import { drawElectionTimer, drawRetryTimer, type ElectionTimer } from './election-timer.ts';
import { term, type NodeId } from './ids.ts';
import type { Standing } from './membership.ts';
import type { PreVote, PreVoteResponse } from './messages.ts';
import { becomeFollower, changeRole } from './role-change.ts';
import { tickForwardedReads } from './reads.ts';
import type { Candidate, Follower, PreCandidate } from './role.ts';
import type { RaftState } from './state.ts';
import { mayCampaign, mayVote, otherElectors, outcomeOf } from './standing.ts';
import { holdsOnToLeader } from './stickiness.ts';

/** Before an election: could it be won (dissertation §9.6)? Nothing here touches term, vote, or anybody's timer. */

/** Counts down the election timer of a node that does not lead; when it runs out, a round of pre-votes begins. */
export function tickElectionTimer(state: RaftState, role: Follower | PreCandidate | Candidate): void {
  if (role.kind === 'follower') tickForwardedReads(state, role);
  role.timer.elapsedTicks += 1;
  if (!isOver(role.timer)) return;
  if (!mayCampaign(state)) stopWaiting(state, role);
  else if (diskKeepsUp(state)) startPreVote(state);
}

/**
 * The leader's process seems to be gone: its connection was reset, and a new one refused. From here on it no longer
 * counts as heard, until a leader speaks: this node asks at once whether it could win, soon again if it could not, and does not
 * refuse others that ask. A hint only: it changes no vote, no term and no rule about logs.
 */
export function onLeaderSuspected(state: RaftState, leader: NodeId): void {
  const { role } = state;
  if (role.kind !== 'follower' || role.leader !== leader) return;
  state.suspectedLeader = { id: leader, term: state.term };
  role.timer = drawRetryTimer(state.options);
  if (mayCampaign(state) && diskKeepsUp(state)) startPreVote(state);
}

/**
 * Answers whether this node would vote for the sender in `nextTerm`. A refusal tells the current term: a sender that
 * is behind takes it over and asks again in the one after it.
 */
export function onPreVote(state: RaftState, from: NodeId, message: PreVote): void {
  const granted =
    message.nextTerm > state.term &&
    mayVote(state) &&
    !holdsOnToLeader(state, from) &&
    state.log.isOutdatedOrEqualTo(message.lastLogTerm, message.lastLogIndex);
  state.send(from, {
    kind: 'pre-vote-response',
    term: state.term,
    nextTerm: message.nextTerm,
    granted,
    standing: state.standing,
  });
  const { role } = state;
  if (role.kind !== 'pre-candidate' || !otherElectors(state).includes(from)) return;
  if (!granted) askAgain(state, role, from);
  else if (goesFirst(state, from, message)) becomeFollower(state, state.term, null, 'election-lost');
}

/** Whoever asks for itself does not hold on to a leader any more: if it refused before, it may not refuse now. */
function askAgain(state: RaftState, role: PreCandidate, voter: NodeId): void {
  if (!role.votes.has(voter)) ask(state, role, voter);
}

/**
 * Two ask at the same moment, and each would be promised the other's vote: both would campaign and split the votes. The longer log
 * goes first, and of equal ones the lesser name; the other one waits until its timer runs out.
 */
function goesFirst(state: RaftState, from: NodeId, { lastLogTerm, lastLogIndex }: PreVote): boolean {
  const { lastTerm, lastIndex } = state.log;
  return lastLogTerm !== lastTerm || lastLogIndex !== lastIndex || from < state.id;
}

export function onPreVoteResponse(
  state: RaftState,
  role: PreCandidate,
  from: NodeId,
  { granted, nextTerm, standing }: PreVoteResponse,
): void {
  if (granted && nextTerm === role.nextTerm) countPreVote(state, role, from, standing);
}

function startPreVote(state: RaftState): void {
  const nextTerm = term(state.term + 1);
  const role: PreCandidate = {
    kind: 'pre-candidate',
    timer: state.suspectedLeader === null ? drawElectionTimer(state.options) : drawRetryTimer(state.options),
    nextTerm,
    votes: new Map(),
  };
  changeRole(state, role, state.leader === null ? 'election-timeout' : 'leader-lost');
  for (const to of otherElectors(state)) ask(state, role, to);
  countPreVote(state, role, state.id, state.standing);
}

function ask(state: RaftState, { nextTerm }: PreCandidate, to: NodeId): void {
  state.send(to, {
    kind: 'pre-vote',
    term: state.term,
    nextTerm,
    lastLogIndex: state.log.lastIndex,
    lastLogTerm: state.log.lastTerm,
  });
}

function countPreVote(state: RaftState, role: PreCandidate, voter: NodeId, standing: Standing): void {
  role.votes.set(voter, standing);
  if (outcomeOf(state, role.votes) !== 'undecided') campaign(state, 'timeout');
}

/** No leader is heard, and it is not for this node to become one: it no longer names the old one, and waits. */
function stopWaiting(state: RaftState, role: Follower | PreCandidate | Candidate): void {
  const idle = role.kind === 'follower' && role.leader === null;
  const follower = idle ? role : becomeFollower(state, state.term, null, 'leader-lost');
  follower.timer = drawElectionTimer(state.options);
}

const isOver = (timer: ElectionTimer): boolean => timer.elapsedTicks >= timer.timeoutTicks;

/** A node whose disk does not answer could not lead: it waits rather than raise one term after another. */
function diskKeepsUp(state: RaftState): boolean {
  const { durability } = state;
  const voteIsDurable = durability.isConfirmed(durability.voteTicket);
  return voteIsDurable && durability.oldestWaitTicks < state.options.electionTicks;
}
