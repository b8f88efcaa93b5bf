import { answerRequestVote } from './election.ts';
import { logIndex, NO_TERM, type NodeId } from './ids.ts';
import type { Message } from './messages.ts';
import { onPreVoteResponse } from './pre-vote.ts';
import { refuseReadIndexRequest } from './reads.ts';
import type { RaftState } from './state.ts';

/**
 * A message of an earlier term (§5.1). A request is answered with the current term, never with silence: whoever
 * sent it may wait for ever otherwise. Answers of an earlier term, and its leader's last wish, count for nothing; but a
 * pre-vote is given for the term that it names, and whoever gives it may well be behind in its own.
 */
export function answerStale(
  state: RaftState,
  from: NodeId,
  message: Exclude<Message, { kind: 'pre-vote' }>,
): void {
  const { term } = state;
  switch (message.kind) {
    case 'request-vote':
      answerRequestVote(state, from, 'refused');
      return;
    case 'append-entries':
      state.send(from, {
        kind: 'append-entries-rejected',
        term,
        prevLogIndex: message.prevLogIndex,
        conflictTerm: NO_TERM,
        conflictIndex: logIndex(state.log.lastIndex + 1),
      });
      return;
    case 'heartbeat':
      // Rounds are numbered anew by each leader: if the sender leads our term by the time this arrives, it must confirm none.
      state.send(from, { kind: 'heartbeat-response', term, readSeq: 0 });
      return;
    case 'read-index-request':
      refuseReadIndexRequest(state, from, message);
      return;
    case 'pre-vote-response':
      if (state.role.kind === 'pre-candidate') onPreVoteResponse(state, state.role, from, message);
      return;
    case 'request-vote-response':
    case 'append-entries-accepted':
    case 'append-entries-rejected':
    case 'heartbeat-response':
    case 'read-index-response':
    case 'timeout-now':
      return;
    default:
      message satisfies never;
  }
}
