import { advanceCommitIndex } from './commit.ts';
import type { Entry, Proposal } from './entry.ts';
import { broken } from './errors.ts';
import { logIndex, type LogIndex, type NodeId } from './ids.ts';
import type { AppendEntriesAccepted, AppendEntriesRejected } from './messages.ts';
import { acknowledge, backtrack, hasInflight, hearStanding, inflightBytes, type Peer } from './progress.ts';
import type { Leader } from './role.ts';
import type { LogPosition } from './snapshot-meta.ts';
import type { RaftState } from './state.ts';
import { continueTransfer } from './transfer.ts';

/** How a leader replicates (§5.3). */

/** Takes proposals from the driver: all of them become entries, or none. */
export function propose(state: RaftState, proposals: readonly Proposal[]): void {
  const { role } = state;
  if (proposals.some(({ kind }) => kind === 'members'))
    broken('a membership was proposed like any other entry');
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
  const entries = proposals.map(({ kind, payload, clusterTimeMs: wantedMs }) => {
    index = logIndex(index + 1);
    clusterTimeMs = Math.max(clusterTimeMs, wantedMs);
    return state.options.seal(role.term, index, { kind, payload, clusterTimeMs });
  });
  state.append(entries);
}

export function replicateToAll(state: RaftState, role: Leader): void {
  for (const peer of role.peers.values()) replicateTo(state, role, peer);
}

/** Sends this follower what it lacks, as far as its progress allows. */
export function replicateTo(state: RaftState, role: Leader, peer: Peer): void {
  const { progress } = peer;
  if (progress.kind === 'snapshot') return;
  if (lacksDropped(state, peer)) {
    sendSnapshot(state, role, peer);
    return;
  }
  if (progress.kind === 'probe') {
    if (progress.awaitsAnswer) return;
    progress.awaitsAnswer = true;
    const entries = nextEntries(state, peer, state.options.maxAppendBytes);
    sendAppend(state, role, peer, beforeNext(state, peer), entries);
    return;
  }
  while (peer.nextIndex <= state.log.lastIndex) {
    const room = state.options.maxInflightBytes - inflightBytes(peer, state.log);
    const next = state.log.entryAt(peer.nextIndex).bytes.byteLength;
    if (hasInflight(peer) && next > room) return;
    const entries = nextEntries(state, peer, Math.min(room, state.options.maxAppendBytes));
    sendAppend(state, role, peer, beforeNext(state, peer), entries);
    peer.nextIndex = logIndex(peer.nextIndex + entries.length);
  }
}

/**
 * Asks the follower whether its log reaches up to what was sent last, with no entries. If something was lost it
 * says where its log ends; if its disk is only slow it says nothing yet, and nothing is sent twice.
 */
export function probeAgain(state: RaftState, role: Leader, peer: Peer): void {
  if (lacksDropped(state, peer)) sendSnapshot(state, role, peer);
  else sendAppend(state, role, peer, beforeNext(state, peer), []);
}

export function onAppendEntriesAccepted(
  state: RaftState,
  role: Leader,
  peer: Peer,
  { matchIndex, standing }: AppendEntriesAccepted,
): void {
  if (matchIndex > state.log.lastIndex) {
    broken(
      `${peer.id} accepted entry ${matchIndex} of term ${role.term}, whose leader has none beyond ${state.log.lastIndex}`,
    );
  }
  acknowledge(peer, matchIndex, state.log.baseIndex);
  hearStanding(peer, standing);
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

/** Its word that a snapshot came may be lost: asks whether its log goes on from there. A refusal is no news. */
export function askAfterSnapshot(state: RaftState, role: Leader, peer: Peer): void {
  const { progress } = peer;
  if (progress.kind === 'snapshot') sendAppend(state, role, peer, progress.sent, []);
}

/** The driver gave up sending a snapshot: asked for again when the follower is heard, not at once. */
export function onSnapshotNotSent(state: RaftState, to: NodeId): void {
  const peer = state.role.kind === 'leader' ? state.role.peers.get(to) : undefined;
  if (peer?.progress.kind === 'snapshot') peer.progress = { kind: 'probe', awaitsAnswer: true };
}

/** The entry before the next one to send was dropped: the consistency check cannot be made any more (§7). */
const lacksDropped = (state: RaftState, peer: Peer): boolean => peer.nextIndex <= state.log.baseIndex;

function sendSnapshot(state: RaftState, role: Leader, peer: Peer): void {
  // Whoever was removed need not come so far again.
  if (peer.leavingAt !== null) return;
  const meta =
    state.snapshot ?? broken(`entries up to ${state.log.baseIndex} were dropped without a snapshot`);
  peer.progress = { kind: 'snapshot', sent: { index: meta.index, term: meta.term } };
  state.emit({ kind: 'send-snapshot', to: peer.id, term: role.term, meta });
}

function nextEntries(state: RaftState, peer: Peer, maxBytes: number): readonly Entry[] {
  return state.log.slice(peer.nextIndex, state.log.lastIndex, maxBytes);
}

/** Where the entries to send next are to follow. */
function beforeNext({ log }: RaftState, { nextIndex }: Peer): LogPosition {
  const index = logIndex(nextIndex - 1);
  return { index, term: log.termAt(index) ?? broken(`no entry ${index} to append after`) };
}

function sendAppend(
  state: RaftState,
  role: Leader,
  peer: Peer,
  prev: LogPosition,
  entries: readonly Entry[],
): void {
  state.send(peer.id, {
    kind: 'append-entries',
    term: role.term,
    prevLogIndex: prev.index,
    prevLogTerm: prev.term,
    entries,
    leaderCommit: state.commitIndex,
  });
  const verified = prev.index + entries.length;
  const told: LogIndex = verified < state.commitIndex ? logIndex(verified) : state.commitIndex;
  if (told > peer.commitTold) peer.commitTold = told;
}

const uncommittedBytes = (state: RaftState): number =>
  state.log.bytesBetween(state.commitIndex, state.log.lastIndex);
