import { drawElectionTimer } from './election-timer.ts';
import type { Entry } from './entry.ts';
import { broken } from './errors.ts';
import { logIndex, NO_TERM, type LogIndex, type NodeId } from './ids.ts';
import type { AppendEntries, AppendEntriesRejected, Heartbeat } from './messages.ts';
import { becomeFollower } from './role-change.ts';
import type { Follower } from './role.ts';
import type { RaftState } from './state.ts';

/** How a follower takes what its leader sends (§5.3, AppendEntries RPC in Figure 2). Of the current term, all of it. */

export function onAppendEntries(state: RaftState, from: NodeId, message: AppendEntries): void {
  followLeader(state, from);
  const { prevLogIndex, prevLogTerm, entries, leaderCommit } = message;
  // What a snapshot covers is committed, so every leader has the same: it matches by definition, though its term is forgotten.
  const isCovered = prevLogIndex < state.log.baseIndex;
  if (!isCovered && state.log.termAt(prevLogIndex) !== prevLogTerm) {
    state.send(from, rejectionOf(state, message));
    return;
  }
  assertWellFormed(message);
  const conflict = state.log.findConflict(entries);
  if (conflict !== null) takeFrom(state, conflict, entries);
  // Only what this message verified: entries beyond it may be left over from an earlier leader.
  const verified = logIndex(prevLogIndex + entries.length);
  state.commitTo(leaderCommit < verified ? leaderCommit : verified);
  // A leader that asks about what is covered need not come up through it: all that is committed here matches.
  accept(state, from, isCovered && verified < state.commitIndex ? state.commitIndex : verified);
}

/** Leaves once everything up to `matchIndex` is durable here. */
export function accept(state: RaftState, leader: NodeId, matchIndex: LogIndex): void {
  const { term, standing } = state;
  state.send(leader, { kind: 'append-entries-accepted', term, matchIndex, standing });
}

export function onHeartbeat(state: RaftState, from: NodeId, { commitIndex, readSeq }: Heartbeat): void {
  followLeader(state, from);
  if (commitIndex > state.log.lastIndex) {
    broken(
      `the leader ${from} knows that this node had entry ${commitIndex} on disk, but its log ends at ${state.log.lastIndex}: the disk has lost entries`,
    );
  }
  state.commitTo(commitIndex);
  state.send(from, { kind: 'heartbeat-response', term: state.term, readSeq });
}

/** The sender leads the current term (§5.2): follow it, and begin to wait for its next word anew. */
export function followLeader(state: RaftState, from: NodeId): void {
  state.suspectedLeader = null;
  const follower = followerOf(state, from);
  follower.timer = drawElectionTimer(state.options);
}

function followerOf(state: RaftState, from: NodeId): Follower {
  const { role } = state;
  if (role.kind === 'leader') broken(`${from} leads term ${state.term}, and so does this node (§5.2)`);
  if (role.kind !== 'follower' || role.leader === null) {
    return becomeFollower(state, state.term, from, 'leader-found');
  }
  if (role.leader !== from) broken(`${from} leads term ${state.term}, and so does ${role.leader} (§5.2)`);
  return role;
}

/** Drops a conflicting entry with all that follow it, and appends what is new. What agrees, or is committed, is never touched. */
function takeFrom(state: RaftState, conflict: LogIndex, entries: readonly Entry[]): void {
  if (conflict <= state.log.lastIndex) state.truncateFrom(conflict);
  state.append(entries.filter((entry) => entry.index >= conflict));
}

function rejectionOf(state: RaftState, { prevLogIndex }: AppendEntries): AppendEntriesRejected {
  const ours = state.log.termAt(prevLogIndex);
  if (prevLogIndex <= state.commitIndex) {
    broken(
      `the leader of term ${state.term} lacks the committed entry ${prevLogIndex} of term ${ours} (§5.4)`,
    );
  }
  const kind = 'append-entries-rejected';
  if (ours === undefined) {
    const conflictIndex = logIndex(state.log.lastIndex + 1);
    return { kind, term: state.term, prevLogIndex, conflictTerm: NO_TERM, conflictIndex };
  }
  const conflictIndex = state.log.firstIndexFromTerm(ours);
  return { kind, term: state.term, prevLogIndex, conflictTerm: ours, conflictIndex };
}

function assertWellFormed({ term, prevLogIndex, prevLogTerm, entries }: AppendEntries): void {
  let previous = { index: prevLogIndex, term: prevLogTerm };
  for (const entry of entries) {
    if (entry.index !== previous.index + 1 || entry.term < previous.term || entry.term > term) {
      broken(
        `an AppendEntries of term ${term} has entry ${entry.index} of term ${entry.term} after ${previous.index} of term ${previous.term}`,
      );
    }
    previous = entry;
  }
}
