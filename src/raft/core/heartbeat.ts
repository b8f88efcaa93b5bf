import type { LogIndex } from './ids.ts';
import type { Peer } from './progress.ts';
import type { Leader } from './role.ts';
import type { RaftState } from './state.ts';

/** Sends one heartbeat (§5.2): also the newest read round, and the commit index as far as this follower's log is verified. */
export function sendHeartbeat(state: RaftState, role: Leader, peer: Peer): void {
  const commitIndex = tellable(state, peer);
  state.send(peer.id, {
    kind: 'heartbeat',
    term: role.term,
    commitIndex,
    readSeq: role.reads.newestSeq,
  });
  if (commitIndex > peer.commitTold) peer.commitTold = commitIndex;
}

export function broadcastHeartbeats(state: RaftState, role: Leader): void {
  for (const peer of role.peers.values()) sendHeartbeat(state, role, peer);
}

/** Tells a grown commit index to the followers that no AppendEntries told it to: their clients wait for it. */
export function passCommitOn(state: RaftState, role: Leader): void {
  for (const peer of role.peers.values()) {
    if (tellable(state, peer) > peer.commitTold) sendHeartbeat(state, role, peer);
  }
}

const tellable = (state: RaftState, peer: Peer): LogIndex =>
  state.commitIndex < peer.matchIndex ? state.commitIndex : peer.matchIndex;
