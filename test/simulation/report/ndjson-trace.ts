import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import { decodeFrame } from '../../../src/raft/driver/frames.ts';
import { nodeIds } from '../faults/draw-plan.ts';
import type { Plan } from '../faults/plan.ts';
import type { Told } from './story.ts';
import { TraceState } from './trace-state.ts';

/**
 * A run as one JSON object a line, in one global order, for tools that compare it with a formal specification. Each event has `name`,
 * `nid`, `state {term, vote, commit}`, `role`, `log` (its length), `conf`, and with messages `msg`, in the words of the trace
 * format of etcd's TLA+ specification:
 * InitState, Become{Follower,Candidate,Leader}, {Send,Receive}{RequestVote,AppendEntries}{Request,Response}, {Send,Receive}PreVote…,
 * {Send,Receive}Heartbeat…, Replicate, Commit, Ready (what was asked for is durable), Crash.
 */
export function ndjsonTrace(plan: Plan, told: readonly Told[]): string {
  const ids = nodeIds(plan.nodes);
  const state = new TraceState(ids);
  const lines: string[] = [];
  for (const { atUs, happening } of told) {
    state.take(happening);
    const write = (name: string, nid: NodeId, more: object = {}): void => {
      const { term, vote, commit, role, log } = state.of(nid);
      lines.push(
        JSON.stringify({
          atUs,
          name,
          nid,
          state: { term, vote, commit },
          role,
          log,
          conf: [ids, []],
          ...more,
        }),
      );
    };
    switch (happening.kind) {
      case 'started':
        write('InitState', happening.node);
        break;
      case 'ended':
        write('Crash', happening.node);
        break;
      case 'core':
        if (happening.appended > 0) write('Replicate', happening.node, { entries: happening.appended });
        break;
      case 'role':
        if (happening.role !== 'pre-candidate') write(BECOME[happening.role], happening.node);
        break;
      case 'durable':
        write('Ready', happening.node, { durable: happening.upTo });
        break;
      case 'committed':
        write('Commit', happening.node);
        break;
      case 'frame-sent':
      case 'frame-arrived': {
        const frame = decodeFrame(happening.bytes);
        if (frame.kind !== 'raft') break;
        const isSent = happening.kind === 'frame-sent';
        const { from, to, id } = happening;
        const name = `${isSent ? 'Send' : 'Receive'}${NAMES[frame.message.kind]}`;
        write(name, isSent ? from : to, { msg: { id, from, to, ...fieldsOf(frame.message) } });
        break;
      }
      default:
        break;
    }
  }
  return `${lines.join('\n')}\n`;
}

const BECOME = { follower: 'BecomeFollower', candidate: 'BecomeCandidate', leader: 'BecomeLeader' } as const;

const NAMES: Readonly<Record<Message['kind'], string>> = {
  'request-vote': 'RequestVoteRequest',
  'request-vote-response': 'RequestVoteResponse',
  'pre-vote': 'PreVoteRequest',
  'pre-vote-response': 'PreVoteResponse',
  'append-entries': 'AppendEntriesRequest',
  'append-entries-accepted': 'AppendEntriesResponse',
  'append-entries-rejected': 'AppendEntriesResponse',
  heartbeat: 'HeartbeatRequest',
  'heartbeat-response': 'HeartbeatResponse',
  'read-index-request': 'ReadIndexRequest',
  'read-index-response': 'ReadIndexResponse',
  'timeout-now': 'TimeoutNow',
};

/** The message's fields under the names that the specification's traces use. */
function fieldsOf(message: Message): object {
  const { kind: type, term } = message;
  switch (message.kind) {
    case 'request-vote':
    case 'pre-vote':
      return { type, term, logTerm: message.lastLogTerm, index: message.lastLogIndex };
    case 'request-vote-response':
    case 'pre-vote-response':
      return { type, term, reject: !message.granted };
    case 'append-entries':
      return {
        type,
        term,
        logTerm: message.prevLogTerm,
        index: message.prevLogIndex,
        entries: message.entries.map(({ term, index, kind }: Entry) => ({ term, index, kind })),
        commit: message.leaderCommit,
      };
    case 'append-entries-accepted':
      return { type, term, index: message.matchIndex, reject: false };
    case 'append-entries-rejected':
      return { type, term, index: message.prevLogIndex, reject: true, rejectHint: message.conflictIndex };
    case 'heartbeat':
      return { type, term, commit: message.commitIndex, readSeq: message.readSeq };
    case 'heartbeat-response':
      return { type, term, readSeq: message.readSeq };
    case 'read-index-request':
      return { type, term, readId: message.id };
    case 'read-index-response':
      return { type, term, readId: message.id, index: message.readIndex, reject: message.readIndex === null };
    case 'timeout-now':
      return { type, term };
    default:
      return message satisfies never;
  }
}
