import type { ChangeRefusal } from './effect.ts';
import { passCommitOn } from './heartbeat.ts';
import { logIndex, type NodeId } from './ids.ts';
import type { Input } from './input.ts';
import { votersOf } from './membership.ts';
import { newPeer } from './progress.ts';
import { majorityOf } from './quorum.ts';
import { appendToOwnLog, replicateTo, replicateToAll } from './replication-leader.ts';
import { becomeFollower } from './role-change.ts';
import type { Leader } from './role.ts';
import { heardAndCounted } from './standing.ts';
import type { RaftState } from './state.ts';
import { furthestAhead } from './transfer.ts';

/** How a leader changes the membership: one voter at a time (dissertation §4.1). */

/** The driver proposes another membership. It is in force as soon as it is appended, here and at whoever gets the entry. */
export function changeMembers(
  state: RaftState,
  { payload, clusterTimeMs }: Extract<Input, { kind: 'change-members' }>,
): void {
  const { role } = state;
  const reason = role.kind === 'leader' ? refusalOf(state, role, payload) : 'not-leader';
  if (role.kind !== 'leader' || reason !== null) {
    state.emit({ kind: 'change-refused', reason: reason ?? 'not-leader' });
    return;
  }
  appendToOwnLog(state, role, [{ kind: 'members', clusterTimeMs, payload }]);
  followMembership(state, role);
  replicateToAll(state, role);
}

/** A peer is back with another folder: nothing that it acknowledged before holds, and nobody vouches for it any more. */
export function onPeerReplaced(state: RaftState, id: NodeId): void {
  const { role } = state;
  if (role.kind === 'pre-candidate' || role.kind === 'candidate') role.votes.delete(id);
  if (role.kind !== 'leader') return;
  role.vouched.delete(id);
  if (role.transfer?.target === id) role.transfer = null;
  const before = role.peers.get(id);
  if (before === undefined) return;
  const { leavingAt, ticksSinceHeard } = before;
  const peer = {
    ...newPeer(id, logIndex(state.log.lastIndex + 1), 'recovering'),
    leavingAt,
    ticksSinceHeard,
  };
  role.peers.set(id, peer);
  replicateTo(state, role, peer);
}

/** Whoever was removed is let go once it could know. To be called when all else of a step is done. */
export function dropRemovedPeers(state: RaftState, role: Leader): void {
  for (const { id, leavingAt, commitTold, ticksSinceHeard } of role.peers.values()) {
    if (leavingAt === null || leavingAt > state.commitIndex) continue;
    if (commitTold >= leavingAt || ticksSinceHeard >= state.options.electionTicks) role.peers.delete(id);
  }
}

/**
 * A leader that was removed leads on until that is committed, without counting itself, and then makes way (dissertation
 * §4.2.2): for the one that can take over at once, if there is one.
 */
export function stepDownIfRemoved(state: RaftState, role: Leader): void {
  if (!state.membershipCommitted || state.membership.isVoter(state.id)) return;
  passCommitOn(state, role);
  const successor = furthestAhead(state, role);
  if (successor !== undefined) state.send(successor.id, { kind: 'timeout-now', term: role.term });
  becomeFollower(state, state.term, null, 'removed');
}

function refusalOf(state: RaftState, role: Leader, payload: Uint8Array): ChangeRefusal | null {
  if (role.transfer !== null) return 'transferring';
  if (!state.membershipCommitted) return 'another-change-under-way';
  // Without an entry of this term an earlier leader's change, which nobody here has, could still be committed: two
  // memberships that differ in two voters, and majorities that do not meet (the bug of 2015).
  if (state.commitIndex < role.noopIndex) return 'leader-too-new';
  const before = state.membership.inForce.voters;
  const after = votersOf(state.options.readMembership(payload));
  if (after.length === 0) return 'nobody-left';
  const comeOrGo = [
    ...after.filter((id) => !before.includes(id)),
    ...before.filter((id) => !after.includes(id)),
  ];
  if (comeOrGo.length > 1) return 'too-many-at-once';
  return heardAndCounted(state, role, after) >= majorityOf(after.length) ? null : 'too-few-would-count';
}

/** Sends to whoever is a member now; and to those removed, until they know it. */
function followMembership(state: RaftState, role: Leader): void {
  const { others, inForce } = state.membership;
  for (const id of others) {
    const peer = role.peers.get(id);
    if (peer !== undefined) peer.leavingAt = null;
    else role.peers.set(id, newPeer(id, logIndex(state.log.lastIndex + 1), 'recovering'));
  }
  for (const peer of role.peers.values()) {
    if (!others.includes(peer.id)) peer.leavingAt ??= inForce.index;
  }
}
