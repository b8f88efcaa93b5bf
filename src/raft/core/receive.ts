import {
  answerRequestVote,
  onRequestVote,
  onRequestVoteResponse,
  onTimeoutNow,
  refusesToListen,
} from './election.ts';
import type { NodeId } from './ids.ts';
import { heardFrom, onHeartbeatResponse } from './leader.ts';
import type { Message } from './messages.ts';
import { onPreVote, onPreVoteResponse } from './pre-vote.ts';
import { hearStanding } from './progress.ts';
import { onReadIndexRequest, onReadIndexResponse } from './reads.ts';
import { onAppendEntries, onHeartbeat } from './replication-follower.ts';
import { onAppendEntriesAccepted, onAppendEntriesRejected } from './replication-leader.ts';
import { becomeFollower } from './role-change.ts';
import { answerStale } from './stale-term.ts';
import type { RaftState } from './state.ts';

/**
 * The rules for all servers (Figure 2): a later term is entered at once, an earlier one is answered with ours. Whoever
 * is not in the membership is heard too: this node may lag, and the sender be the leader (dissertation §4.1).
 */
export function receive(state: RaftState, from: NodeId, message: Message): void {
  if (from === state.id) return;
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
  if (message.term > state.term) followTerm(state, from, message);
  receiveOfThisTerm(state, from, message);
}

function followTerm(state: RaftState, from: NodeId, message: Message): void {
  const target = state.role.kind === 'leader' ? state.role.transfer?.target : undefined;
  const handedOver = message.kind === 'request-vote' && from === target;
  const speaksAsLeader =
    message.kind === 'append-entries' || message.kind === 'heartbeat' || message.kind === 'timeout-now';
  if (speaksAsLeader) becomeFollower(state, message.term, from, 'leader-found');
  else becomeFollower(state, message.term, null, handedOver ? 'handed-over' : 'higher-term-seen');
}

function receiveOfThisTerm(
  state: RaftState,
  from: NodeId,
  message: Exclude<Message, { kind: 'pre-vote' }>,
): void {
  const { role } = state;
  const peer = role.kind === 'leader' ? heardFrom(role, from) : undefined;
  switch (message.kind) {
    case 'request-vote':
      onRequestVote(state, from, message);
      return;
    case 'request-vote-response':
      if (role.kind === 'candidate') onRequestVoteResponse(state, role, from, message);
      else if (peer) hearStanding(peer, message.standing);
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
