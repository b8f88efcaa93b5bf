import type { Effect } from '../../../src/raft/core/effect.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Input } from '../../../src/raft/core/input.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import type { CoreFacts, CoreStep } from '../world/core-tap.ts';
import type { Told } from './story.ts';

/** One line of a trace before it has its place, its node and its state. */
interface TraceEvent {
  readonly name: string;
  readonly [field: string]: unknown;
}

/**
 * A run as one JSON object a line, in one global order, for tools that compare it with a formal specification of Raft. The
 * format is documented in docs/testing.md; test/simulation/trace/ reads it as an outsider would. A core is a
 * function: its inputs are taken one at a time, and between an input and the end of its step there is no state. So every
 * event of one step, cause and consequences, carries the state after that step, and its number.
 */
export function ndjsonTrace(told: readonly Told[]): string {
  const lines: string[] = [];
  const last = new Map<string, CoreFacts>();
  let step = 0;
  const write = (atUs: number, nid: string, facts: CoreFacts, events: readonly TraceEvent[]): void => {
    step += 1;
    last.set(nid, facts);
    const { term, vote, commit, role, leader, log, durable, base, standing, voters } = facts;
    const known = { role, leader, log, durable, base, standing, conf: [voters, []] };
    for (const { name, ...more } of events) {
      const state = { term, vote, commit };
      lines.push(JSON.stringify({ atUs, step, name, nid, state, ...known, ...more }));
    }
  };
  for (const { atUs, happening } of told) {
    if (happening.kind === 'core-made') {
      const { node, facts, terms } = happening;
      write(atUs, node, facts, [{ name: 'InitState', terms, baseTerm: facts.baseTerm }]);
    } else if (happening.kind === 'core-step') {
      const { node, step } = happening;
      const facts = last.get(node) ?? step.after;
      write(atUs, node, step.after, eventsOf(node, step, facts));
    } else if (happening.kind === 'ended') {
      const facts = last.get(happening.node);
      if (facts === undefined) continue;
      write(atUs, happening.node, facts, [{ name: 'Crash', why: happening.why }]);
      last.delete(happening.node);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The cause first, then what changed, then what is said. Ticks and questions that led to nothing are left out. */
function eventsOf(node: string, { input, effects, after }: CoreStep, before: CoreFacts): TraceEvent[] {
  const cause = causeOf(node, input);
  const events: TraceEvent[] = [];
  for (const effect of effects) {
    if (effect.kind === 'role-changed')
      events.push({ name: BECOME[effect.role], ofTerm: effect.term, reason: effect.reason });
  }
  for (const effect of effects) {
    if (effect.kind !== 'persist') continue;
    const { ticket, hardState, reset, truncateFrom, entries } = effect;
    if (reset !== null) events.push({ name: 'InstallSnapshot', index: reset.index, logTerm: reset.term });
    if (truncateFrom !== null || entries.length > 0) {
      const keep = truncateFrom === null ? Math.max(before.log, reset?.index ?? 0) : truncateFrom - 1;
      events.push({
        name: after.role === 'leader' ? 'Replicate' : 'Append',
        keep,
        entries: entries.map(short),
      });
    }
    const vote = hardState === null ? {} : { hardState: { term: hardState.term, vote: hardState.votedFor } };
    events.push({ name: 'Persist', ticket, ...vote });
  }
  if (after.commit > before.commit) events.push({ name: 'Commit', from: before.commit, to: after.commit });
  for (const effect of effects) if (effect.kind === 'send') events.push(sendOf(node, effect));
  return events.length > 0 || input.kind === 'receive' || input.kind === 'persisted'
    ? [cause, ...events]
    : [];
}

function causeOf(node: string, input: Input): TraceEvent {
  switch (input.kind) {
    case 'tick':
      return { name: 'Tick' };
    case 'receive': {
      const { from, message } = input;
      return { name: `Receive${NAMES[message.kind]}`, msg: { from, to: node, ...fieldsOf(message) } };
    }
    case 'propose':
      return { name: 'ClientRequest', count: input.proposals.length };
    case 'persisted':
      return { name: 'Ready', ticket: input.ticket };
    case 'read':
      return { name: 'ReadRequest' };
    case 'transfer':
      return { name: 'TransferRequest', to: input.to };
    case 'change-members':
      return { name: 'ChangeMembersRequest' };
    case 'snapshot-taken':
      return { name: 'SnapshotTaken', index: input.meta.index, dropUpTo: input.dropUpTo };
    case 'snapshot-received':
      return { name: 'ReceiveSnapshot', from: input.from, index: input.meta.index, logTerm: input.meta.term };
    case 'snapshot-not-sent':
      return { name: 'SnapshotNotSent', to: input.to };
    case 'peer-replaced':
      return { name: 'PeerReplaced', peer: input.peer };
    case 'leader-suspected':
      return { name: 'LeaderSuspected', leader: input.leader };
    default:
      return input satisfies never;
  }
}

function sendOf(node: string, { to, message }: Extract<Effect, { kind: 'send' }>): TraceEvent {
  return { name: `Send${NAMES[message.kind]}`, msg: { from: node, to, ...fieldsOf(message) } };
}

const BECOME = {
  follower: 'BecomeFollower',
  'pre-candidate': 'BecomePreCandidate',
  candidate: 'BecomeCandidate',
  leader: 'BecomeLeader',
} as const;

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

const short = ({ term, index, kind }: Entry) => ({ term, index, kind });

/** The message's fields under the names that the traces of etcd's specification use. */
function fieldsOf(message: Message): object {
  const { kind: type, term } = message;
  switch (message.kind) {
    case 'request-vote':
      return {
        type,
        term,
        logTerm: message.lastLogTerm,
        index: message.lastLogIndex,
        isTransfer: message.reason === 'transfer',
      };
    case 'pre-vote':
      return {
        type,
        term,
        nextTerm: message.nextTerm,
        logTerm: message.lastLogTerm,
        index: message.lastLogIndex,
      };
    case 'request-vote-response':
      return { type, term, reject: !message.granted };
    case 'pre-vote-response':
      return { type, term, nextTerm: message.nextTerm, reject: !message.granted };
    case 'append-entries':
      return {
        type,
        term,
        logTerm: message.prevLogTerm,
        index: message.prevLogIndex,
        entries: message.entries.map(short),
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
