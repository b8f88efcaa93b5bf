import { advanceCommitIndex } from './commit.ts';
import type { Entry, Proposal } from './entry.ts';
import { broken } from './errors.ts';
import { logIndex, type LogIndex } from './ids.ts';
import type { AppendEntriesAccepted, AppendEntriesRejected } from './messages.ts';
import { acknowledge, backtrack, hasInflight, inflightBytes, type Peer } from './progress.ts';
import type { Leader } from './role.ts';
import type { RaftState } from './state.ts';
import { continueTransfer } from './transfer.ts';

/** How a leader replicates (§5.3). */

/** Takes proposals from the driver: all of them become entries, or none. */
export function propose(state: RaftState, proposals: readonly Proposal[]): void {
  const { role } = state;
  if (role.kind !== 'leader') {
    state.emit({ kind: 'proposal-refused', reason: 'not-leader', leader: state.leader });
  } else if (role.transfer !== null) {
    state.emit({ kind: 'proposal-refused', reason: 'transferring', leader: state.id });
  } else if (uncommittedBytes(state) > state.options.maxUncommittedBytes) {
    state.emit({ kind: 'proposal-refused', reason: 'too-much-uncommitted', leader: state.id });
  } else {
    appendToOwnLog(state, role, proposals);
    replicateToAll(state, role);
  }
}

/** Appends to the leader's own log, stamped with the term it was elected in. Cluster time never falls. */
export function appendToOwnLog(state: RaftState, role: Leader, proposals: readonly Proposal[]): void {
  if (role.term !== state.term) broken(`a leader of term ${role.term} cannot append in term ${state.term}`);
  let index = state.log.lastIndex;
  let clusterTimeMs = state.log.lastClusterTimeMs;
  const entries = proposals.map((proposal) => {
    index = logIndex(index + 1);
    clusterTimeMs = Math.max(clusterTimeMs, proposal.clusterTimeMs);
    return state.options.seal(role.term, index, { ...proposal, clusterTimeMs });
  });
  state.append(entries);
}

export function replicateToAll(state: RaftState, role: Leader): void {
  for (const peer of role.peers.values()) replicateTo(state, role, peer);
}

/** Sends this follower what it lacks, as far as its progress allows. */
export function replicateTo(state: RaftState, role: Leader, peer: Peer): void {
  const { progress } = peer;
  if (progress.kind === 'probe') {
    if (progress.awaitsAnswer) return;
    progress.awaitsAnswer = true;
    sendAppend(state, role, peer, nextEntries(state, peer, state.options.maxAppendBytes));
    return;
  }
  while (peer.nextIndex <= state.log.lastIndex) {
    const room = state.options.maxInflightBytes - inflightBytes(peer, state.log);
    const next = state.log.entryAt(peer.nextIndex).bytes.byteLength;
    if (hasInflight(peer) && next > room) return;
    const entries = nextEntries(state, peer, Math.min(room, state.options.maxAppendBytes));
    sendAppend(state, role, peer, entries);
    peer.nextIndex = logIndex(peer.nextIndex + entries.length);
  }
}

/**
 * Asks the follower whether its log reaches up to what was sent last, with no entries. If something was lost it
 * says where its log ends; if its disk is only slow it says nothing yet, and nothing is sent twice.
 */
export function probeAgain(state: RaftState, role: Leader, peer: Peer): void {
  sendAppend(state, role, peer, []);
}

export function onAppendEntriesAccepted(
  state: RaftState,
  role: Leader,
  peer: Peer,
  { matchIndex }: AppendEntriesAccepted,
): void {
  if (matchIndex > state.log.lastIndex) {
    broken(
      `${peer.id} accepted entry ${matchIndex} of term ${role.term}, whose leader has none beyond ${state.log.lastIndex}`,
    );
  }
  acknowledge(peer, matchIndex);
  advanceCommitIndex(state, role);
  replicateTo(state, role, peer);
  continueTransfer(state, role);
}

export function onAppendEntriesRejected(
  state: RaftState,
  role: Leader,
  peer: Peer,
  rejection: AppendEntriesRejected,
): void {
  if (backtrack(peer, rejection, state.log)) replicateTo(state, role, peer);
}

function nextEntries(state: RaftState, peer: Peer, maxBytes: number): readonly Entry[] {
  return state.log.slice(peer.nextIndex, state.log.lastIndex, maxBytes);
}

function sendAppend(state: RaftState, role: Leader, peer: Peer, entries: readonly Entry[]): void {
  const prevLogIndex = logIndex(peer.nextIndex - 1);
  state.send(peer.id, {
    kind: 'append-entries',
    term: role.term,
    prevLogIndex,
    prevLogTerm: state.log.termAt(prevLogIndex) ?? broken(`no entry ${prevLogIndex} to append after`),
    entries,
    leaderCommit: state.commitIndex,
  });
  const verified = prevLogIndex + entries.length;
  const told: LogIndex = verified < state.commitIndex ? logIndex(verified) : state.commitIndex;
  if (told > peer.commitTold) peer.commitTold = told;
}

const uncommittedBytes = (state: RaftState): number =>
  state.log.bytesBetween(state.commitIndex, state.log.lastIndex);
