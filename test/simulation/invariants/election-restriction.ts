import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

/** How a log ends. */
interface LogEnd {
  readonly lastLogTerm: number;
  readonly lastLogIndex: number;
}

/** A question that has reached a voter: how the candidate's log ends at best, and the voter's own at least. */
interface Question {
  theirs: LogEnd;
  ours: LogEnd;
  /** Of the questions that have no answer yet, one may be old: how the candidate's log ended at worst. */
  unanswered: LogEnd | null;
}

const askedIn = new WeakMap<History, Map<string, Question>>();

/**
 * A vote, or the promise of one, goes only to a candidate whose log is at least as up-to-date as the voter's (§5.4.1). What
 * counts is the voter's log when it was asked: an answer that waits for the disk may leave when the log has grown.
 */
export const electionRestriction: Invariant = {
  name: 'Election Restriction',
  hears(history, record, from, message) {
    if (message.kind !== 'request-vote' && message.kind !== 'pre-vote') return;
    let asked = askedIn.get(history);
    if (asked === undefined) askedIn.set(history, (asked = new Map()));
    const { log } = record.core ?? {};
    const ours: LogEnd = { lastLogTerm: log?.lastTerm ?? 0, lastLogIndex: log?.lastIndex ?? 0 };
    const key = keyOf(record, from, message);
    const known = asked.get(key);
    if (known === undefined) {
      asked.set(key, { theirs: message, ours, unanswered: message });
      return;
    }
    if (isBehind(known.theirs, message)) known.theirs = message;
    if (isBehind(ours, known.ours)) known.ours = ours;
    if (known.unanswered === null || isBehind(message, known.unanswered)) known.unanswered = message;
  },
  says(history, record, message, to) {
    if (message.kind !== 'pre-vote-response') return;
    const question = askedIn.get(history)?.get(keyOf(record, to, message));
    const theirs = question?.unanswered ?? null;
    if (question === undefined || theirs === null) return;
    question.unanswered = null;
    if (mustGrant(record, message, theirs))
      throw new BrokenInvariant(
        this.name,
        `${record.id} refuses ${to} a vote in term ${message.nextTerm}, though it follows nobody and that log is at least as up-to-date`,
      );
  },
  sent(history, record, to, message) {
    if (message.kind !== 'request-vote-response' && message.kind !== 'pre-vote-response') return;
    const question = askedIn.get(history)?.get(keyOf(record, to, message));
    if (question === undefined) return;
    const { theirs, ours } = question;
    if (message.granted && isBehind(theirs, ours))
      throw new BrokenInvariant(
        this.name,
        `${record.id} grants a ${message.kind} in term ${message.term} to ${to}, whose log ends at ${theirs.lastLogIndex} in term ${theirs.lastLogTerm}, and its own ends at ${ours.lastLogIndex} in term ${ours.lastLogTerm}`,
      );
  },
};

/** Nobody who has no leader, and is not ahead, may refuse: two such could wait for each other for ever. */
function mustGrant(
  { core, role, term }: NodeRecord,
  { granted, nextTerm }: Extract<Message, { kind: 'pre-vote-response' }>,
  theirs: LogEnd,
): boolean {
  if (granted || core === null || core.term !== term || nextTerm <= term) return false;
  const had = role === 'pre-candidate' || role === 'candidate';
  const has = core.role === 'pre-candidate' || core.role === 'candidate';
  return (
    // A disk in doubt is a reason of its own.
    core.standing === 'voting' &&
    had &&
    has &&
    !isBehind(theirs, { lastLogTerm: core.log.lastTerm, lastLogIndex: core.log.lastIndex })
  );
}

function keyOf(voter: NodeRecord, candidate: NodeId, message: Message): string {
  const isPre = message.kind === 'pre-vote' || message.kind === 'pre-vote-response';
  return isPre
    ? `${voter.id}<${candidate}@pre-${message.nextTerm}`
    : `${voter.id}<${candidate}@${message.term}`;
}

const isBehind = (a: LogEnd, b: LogEnd): boolean =>
  a.lastLogTerm < b.lastLogTerm || (a.lastLogTerm === b.lastLogTerm && a.lastLogIndex < b.lastLogIndex);
