import type { ReadId } from '../../ordered-log/ids.ts';
import type { ReadFailure } from './effect.ts';
import { broadcastHeartbeats } from './heartbeat.ts';
import type { LogIndex, NodeId } from './ids.ts';
import type { ReadIndexRequest, ReadIndexResponse } from './messages.ts';
import { reachedByMajority } from './quorum.ts';
import type { PendingRead, Reader } from './read-rounds.ts';
import type { Follower, Leader, Role } from './role.ts';
import { counts } from './standing.ts';
import type { RaftState } from './state.ts';

/** ReadIndex (dissertation §6.4), on the leader and, passed on to it, on any follower. */

const MAX_FORWARDED_READS = 10_000;

/** The driver asks for a ReadIndex. */
export function read(state: RaftState, id: ReadId): void {
  const { role } = state;
  switch (role.kind) {
    case 'leader':
      startRead(state, role, { kind: 'local', id });
      return;
    case 'follower':
      forwardRead(state, role, id);
      return;
    case 'pre-candidate':
    case 'candidate':
      fail(state, id, 'no-leader');
      return;
    default:
      role satisfies never;
  }
}

/** A follower asks for a ReadIndex. */
export function onReadIndexRequest(state: RaftState, from: NodeId, request: ReadIndexRequest): void {
  if (state.role.kind !== 'leader') refuseReadIndexRequest(state, from, request);
  else startRead(state, state.role, { kind: 'remote', peer: from, id: request.id });
}

/** Not from here: the asker need not wait for its own timeout to learn it. */
export function refuseReadIndexRequest(state: RaftState, to: NodeId, { id }: ReadIndexRequest): void {
  answer(state, { kind: 'remote', peer: to, id }, null);
}

/** The leader's answer to a read that was passed on. Answers that nobody waits for any more are ignored. */
export function onReadIndexResponse(state: RaftState, from: NodeId, answer: ReadIndexResponse): void {
  const { role } = state;
  if (role.kind !== 'follower' || role.leader !== from) return;
  const waiting = role.reads.get(answer.id);
  if (waiting === undefined) return;
  role.reads.delete(answer.id);
  if (answer.readIndex === null) fail(state, waiting.id, 'refused-by-leader');
  else state.emit({ kind: 'read-ready', id: waiting.id, index: answer.readIndex });
}

/** Counts the answers to the read rounds, and serves what a majority has confirmed. */
export function confirmReads(state: RaftState, role: Leader): void {
  while (role.reads.isUnderWay) {
    const confirmed = role.reads.confirm(confirmedByMajority(state, role));
    for (const pending of confirmed) serve(state, pending);
    if (role.reads.isUnderWay || !role.reads.wantsNext) return;
    beginRound(state, role);
  }
}

/**
 * The newest round that a majority of the voters has confirmed. A node that may have forgotten its vote for a later
 * leader confirms nothing.
 */
function confirmedByMajority(state: RaftState, role: Leader): number {
  const seqs = state.membership.inForce.voters.map((voter) => {
    if (!counts(state, role, voter)) return 0;
    return voter === state.id ? role.reads.newestSeq : (role.peers.get(voter)?.readSeq ?? 0);
  });
  return reachedByMajority(seqs);
}

/** With the regular heartbeats the next round begins even if the one under way was never confirmed. */
export function beginWaitingRound(role: Leader): void {
  if (role.reads.wantsNext) role.reads.begin();
}

/** Gives up what has waited for an answer for an election timeout: request or answer may be lost. */
export function tickForwardedReads(state: RaftState, role: Follower): void {
  for (const [number, waiting] of role.reads) {
    waiting.waitedTicks += 1;
    if (waiting.waitedTicks < state.options.electionTicks) continue;
    role.reads.delete(number);
    fail(state, waiting.id, 'timed-out');
  }
}

/** No read outlives the role that it was asked in: its promise was made by a leader that may be one no longer. */
export function abandonReads(state: RaftState, role: Role): void {
  if (role.kind === 'follower') {
    for (const { id } of role.reads.values()) fail(state, id, 'leadership-lost');
    role.reads.clear();
  }
  if (role.kind === 'leader') {
    for (const { reader } of role.reads.abandon()) refuse(state, reader, 'leadership-lost');
  }
}

function startRead(state: RaftState, role: Leader, reader: Reader): void {
  if (role.reads.isFull) {
    refuse(state, reader, 'too-many');
    return;
  }
  role.reads.add(reader, readIndexOf(state, role));
  if (role.reads.isUnderWay) return;
  beginRound(state, role);
  confirmReads(state, role);
}

/** A new leader knows what is committed only once an entry of its own term is (§8): until then its noop stands in. */
const readIndexOf = (state: RaftState, role: Leader): LogIndex =>
  state.commitIndex > role.noopIndex ? state.commitIndex : role.noopIndex;

function beginRound(state: RaftState, role: Leader): void {
  role.reads.begin();
  broadcastHeartbeats(state, role);
}

function forwardRead(state: RaftState, role: Follower, id: ReadId): void {
  if (role.leader === null) {
    fail(state, id, 'no-leader');
    return;
  }
  if (role.reads.size >= MAX_FORWARDED_READS) {
    fail(state, id, 'too-many');
    return;
  }
  const number = state.takeReadRequestNumber();
  role.reads.set(number, { id, waitedTicks: 0 });
  state.send(role.leader, { kind: 'read-index-request', term: state.term, id: number });
}

function serve(state: RaftState, { reader, readIndex }: PendingRead): void {
  if (reader.kind === 'local') state.emit({ kind: 'read-ready', id: reader.id, index: readIndex });
  else answer(state, reader, readIndex);
}

function refuse(state: RaftState, reader: Reader, reason: ReadFailure): void {
  if (reader.kind === 'local') fail(state, reader.id, reason);
  else answer(state, reader, null);
}

function answer(
  state: RaftState,
  reader: Extract<Reader, { kind: 'remote' }>,
  readIndex: LogIndex | null,
): void {
  state.send(reader.peer, { kind: 'read-index-response', term: state.term, id: reader.id, readIndex });
}

function fail(state: RaftState, id: ReadId, reason: ReadFailure): void {
  state.emit({ kind: 'read-failed', id, reason });
}
