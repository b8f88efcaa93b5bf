import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

/** By node and who asks it: the term for which it must promise its vote. */
const dueOf = new WeakMap<NodeRecord, Map<NodeId, number>>();

/**
 * A node that is asked for its vote gives it, though it does not know itself for a voter: it may have become one by an entry that
 * it has not got yet, and without it there may be no majority (dissertation §4.2.1).
 */
export const votesWhenAsked: Invariant = {
  name: 'Who Is Asked Is A Voter',
  hears(_history, record, from, message) {
    if (message.kind !== 'pre-vote') return;
    let due = dueOf.get(record);
    if (due === undefined) dueOf.set(record, (due = new Map()));
    if (record.core !== null && mustGrant(record.core, message)) due.set(from, message.nextTerm);
    else due.delete(from);
  },
  says(_history, record, message, to) {
    if (message.kind !== 'pre-vote-response') return;
    const due = dueOf.get(record);
    const isDue = due?.get(to) === message.nextTerm;
    due?.delete(to);
    if (isDue && !message.granted)
      throw new BrokenInvariant(
        this.name,
        `${record.id} refuses ${to} its vote in term ${message.nextTerm}, though it follows nobody and that log is at least as up-to-date`,
      );
  },
};

/** It follows nobody, vouches for its disk, and its log is not ahead: whether it votes, by its own log, is no reason. */
function mustGrant(core: Raft, asked: Extract<Message, { kind: 'pre-vote' }>): boolean {
  const { lastTerm, lastIndex } = core.log;
  const isAhead =
    lastTerm > asked.lastLogTerm || (lastTerm === asked.lastLogTerm && lastIndex > asked.lastLogIndex);
  const followsNobody = core.leader === null;
  return (
    !core.isVoter && followsNobody && core.standing === 'voting' && asked.nextTerm > core.term && !isAhead
  );
}
