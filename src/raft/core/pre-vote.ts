import { campaign } from './election.ts';
import { drawElectionTimer, type ElectionTimer } from './election-timer.ts';
import { term, type NodeId } from './ids.ts';
import type { PreVote, PreVoteResponse } from './messages.ts';
import { changeRole } from './role-change.ts';
import { tickForwardedReads } from './reads.ts';
import type { Candidate, Follower, PreCandidate } from './role.ts';
import type { RaftState } from './state.ts';
import { holdsOnToLeader } from './stickiness.ts';

/** Before an election: could it be won (dissertation §9.6)? Nothing here touches term, vote, or anybody's timer. */

/** Counts down the election timer of a node that does not lead; when it runs out, a round of pre-votes begins. */
export function tickElectionTimer(state: RaftState, role: Follower | PreCandidate | Candidate): void {
  if (role.kind === 'follower') tickForwardedReads(state, role);
  role.timer.elapsedTicks += 1;
  if (isOver(role.timer) && diskKeepsUp(state)) startPreVote(state);
}

/**
 * Answers whether this node would vote for the sender in `nextTerm`. A refusal tells the current term: a sender that
 * is behind takes it over and asks again in the one after it.
 */
export function onPreVote(state: RaftState, from: NodeId, message: PreVote): void {
  const granted =
    message.nextTerm > state.term &&
    !holdsOnToLeader(state, from) &&
    state.log.isOutdatedOrEqualTo(message.lastLogTerm, message.lastLogIndex);
  state.send(from, {
    kind: 'pre-vote-response',
    term: state.term,
    nextTerm: message.nextTerm,
    granted,
  });
}

export function onPreVoteResponse(
  state: RaftState,
  role: PreCandidate,
  from: NodeId,
  { granted, nextTerm }: PreVoteResponse,
): void {
  if (granted && nextTerm === role.nextTerm) countPreVote(state, role, from);
}

function startPreVote(state: RaftState): void {
  const nextTerm = term(state.term + 1);
  const role: PreCandidate = {
    kind: 'pre-candidate',
    timer: drawElectionTimer(state.options),
    nextTerm,
    votes: new Set(),
  };
  changeRole(state, role, state.leader === null ? 'election-timeout' : 'leader-lost');
  for (const to of state.others) {
    state.send(to, {
      kind: 'pre-vote',
      term: state.term,
      nextTerm,
      lastLogIndex: state.log.lastIndex,
      lastLogTerm: state.log.lastTerm,
    });
  }
  countPreVote(state, role, state.id);
}

function countPreVote(state: RaftState, role: PreCandidate, voter: NodeId): void {
  role.votes.add(voter);
  if (role.votes.size >= state.majority) campaign(state, 'timeout');
}

const isOver = (timer: ElectionTimer): boolean => timer.elapsedTicks >= timer.timeoutTicks;

/** A node whose disk does not answer could not lead: it waits rather than raise one term after another. */
function diskKeepsUp(state: RaftState): boolean {
  const { durability } = state;
  const voteIsDurable = durability.isConfirmed(durability.voteTicket);
  return voteIsDurable && durability.oldestWaitTicks < state.options.electionTicks;
}
