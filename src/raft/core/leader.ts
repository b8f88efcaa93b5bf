import { broadcastHeartbeats } from './heartbeat.ts';
import { logIndex, type NodeId } from './ids.ts';
import type { HeartbeatResponse } from './messages.ts';
import { awaitsFirstAnswer, hasInflight, newPeer, newVoter, tickPeer, type Peer } from './progress.ts';
import { ReadRounds } from './read-rounds.ts';
import { beginWaitingRound, confirmReads } from './reads.ts';
import {
  appendToOwnLog,
  askAfterSnapshot,
  probeAgain,
  replicateTo,
  replicateToAll,
} from './replication-leader.ts';
import { majorityOf } from './quorum.ts';
import { becomeFollower, changeRole } from './role-change.ts';
import type { Leader } from './role.ts';
import { heardAndCounted, type Votes } from './standing.ts';
import type { RaftState } from './state.ts';
import { continueTransfer, tickTransfer } from './transfer.ts';

/** Elected by these votes: appends the noop of its term (§8) and sends it to all, which also says who leads. */
export function becomeLeader(state: RaftState, votes: Votes, outcome: 'majority' | 'unanimity'): void {
  const next = logIndex(state.log.lastIndex + 1);
  const { others, inForce } = state.membership;
  const peerOf = (id: NodeId): Peer => {
    const standing = votes.get(id);
    return standing === undefined ? newPeer(id, next, 'recovering') : newVoter(id, next, standing);
  };
  const role: Leader = {
    kind: 'leader',
    term: state.term,
    noopIndex: next,
    peers: new Map(others.map((id) => [id, peerOf(id)])),
    vouched: new Set(outcome === 'unanimity' ? inForce.voters : []),
    reads: new ReadRounds(),
    ticksSinceHeartbeat: 0,
    transfer: null,
  };
  state.suspectedLeader = null;
  changeRole(state, role, 'election-won');
  appendToOwnLog(state, role, [{ kind: 'noop', clusterTimeMs: 0, payload: new Uint8Array() }]);
  replicateToAll(state, role);
}

export function tickLeader(state: RaftState, role: Leader): void {
  for (const peer of role.peers.values()) tickPeer(peer);
  if (!hasQuorum(state, role)) {
    becomeFollower(state, state.term, null, 'quorum-lost');
    return;
  }
  if (diskStalls(state)) {
    becomeFollower(state, state.term, null, 'disk-stalled');
    return;
  }
  tickTransfer(state, role);
  role.ticksSinceHeartbeat += 1;
  if (role.ticksSinceHeartbeat >= state.options.heartbeatTicks) beat(state, role);
}

/** Whatever a follower says in this term shows that it still follows. */
export function heardFrom(role: Leader, from: NodeId): Peer | undefined {
  const peer = role.peers.get(from);
  if (peer !== undefined) peer.ticksSinceHeard = 0;
  return peer;
}

/** Counts for the read rounds, and shows that messages get through: what may have been lost is asked for again. */
export function onHeartbeatResponse(
  state: RaftState,
  role: Leader,
  peer: Peer,
  { readSeq }: HeartbeatResponse,
): void {
  if (readSeq > peer.readSeq) peer.readSeq = readSeq;
  confirmReads(state, role);
  if (awaitsFirstAnswer(peer)) probeAgain(state, role, peer);
  else replicateTo(state, role, peer);
}

function beat(state: RaftState, role: Leader): void {
  role.ticksSinceHeartbeat = 0;
  beginWaitingRound(role);
  broadcastHeartbeats(state, role);
  continueTransfer(state, role);
  const patience = 2 * state.options.heartbeatTicks;
  for (const peer of role.peers.values()) {
    const { progress } = peer;
    askAfterSnapshot(state, role, peer);
    askHowItStands(state, role, peer);
    if (progress.kind !== 'replicate' || !hasInflight(peer)) continue;
    if (progress.ticksWithoutAck >= patience) probeAgain(state, role, peer);
  }
}

/** That it vouches for its disk again is said once, in an acceptance, which may be lost: while nothing is sent it is asked again. */
function askHowItStands(state: RaftState, role: Leader, peer: Peer): void {
  const isIdle = peer.progress.kind === 'replicate' && !hasInflight(peer);
  if (isIdle && peer.standing === 'recovering') probeAgain(state, role, peer);
}

/** Check-quorum (dissertation §6.2): whether a majority, of voters that count, was heard within an election timeout. */
function hasQuorum(state: RaftState, role: Leader): boolean {
  const { voters } = state.membership.inForce;
  return heardAndCounted(state, role, voters) >= majorityOf(voters.length);
}

/**
 * A leader whose disk does not answer for the longest election timeout makes way: its heartbeats would keep a
 * healthy node from leading. Alone it has nobody to make way for.
 */
function diskStalls(state: RaftState): boolean {
  return (
    state.membership.otherVoters.length > 0 &&
    state.durability.oldestWaitTicks >= 2 * state.options.electionTicks
  );
}
