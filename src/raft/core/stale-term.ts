import { answerRequestVote } from './election.ts';
import { logIndex, NO_TERM, type NodeId } from './ids.ts';
import type { Message } from './messages.ts';
import { refuseReadIndexRequest } from './reads.ts';
import type { RaftState } from './state.ts';

/**
 * A message of an earlier term (§5.1). A request is answered with the current term, never with silence: whoever
 * sent it may wait for ever otherwise. Answers of an earlier term, and its leader's last wish, count for nothing.
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
      state.send(from, { kind: 'heartbeat-response', term, readSeq: message.readSeq });
      return;
    case 'read-index-request':
      refuseReadIndexRequest(state, from, message);
      return;
    case 'request-vote-response':
    case 'pre-vote-response':
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
