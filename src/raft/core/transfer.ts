import type { NodeId } from './ids.ts';
import type { Peer } from './progress.ts';
import type { Leader } from './role.ts';
import { counts } from './standing.ts';
import type { RaftState } from './state.ts';

/** Hands leadership over (dissertation §3.10): no more proposals, bring the target up to date, tell it to campaign. */

/** The driver asks for it. Nothing happens if this node does not lead, or names nobody who could be elected: a voter that counts. */
export function startTransfer(state: RaftState, to: NodeId | null): void {
  const { role } = state;
  if (role.kind !== 'leader' || isUnderWay(role, to)) return;
  const target = to ?? furthestAhead(state, role)?.id;
  if (target === undefined || !couldLead(state, role, target)) return;
  role.transfer = { wished: to, target, elapsedTicks: 0 };
  continueTransfer(state, role);
}

/** Once the target has everything: now. If nobody was named it is the first that has everything, and there is never a second one. */
export function continueTransfer(state: RaftState, role: Leader): void {
  const { transfer } = role;
  if (transfer === null) return;
  const hasEverything = (id: NodeId): boolean => role.peers.get(id)?.matchIndex === state.log.lastIndex;
  if (transfer.wished === null && !hasEverything(transfer.target))
    transfer.target = furthestAhead(state, role)?.id ?? transfer.target;
  if (!hasEverything(transfer.target)) return;
  state.send(transfer.target, { kind: 'timeout-now', term: role.term });
}

/** Gives up after an election timeout: the target or the message may be lost, and proposals must be taken again. */
export function tickTransfer(state: RaftState, role: Leader): void {
  if (role.transfer === null) return;
  role.transfer.elapsedTicks += 1;
  if (role.transfer.elapsedTicks >= state.options.electionTicks) role.transfer = null;
}

/** Whoever names nobody is content with any that is under way. */
function isUnderWay({ transfer }: Leader, to: NodeId | null): boolean {
  return transfer !== null && (to === null || to === transfer.wished);
}

function couldLead(state: RaftState, role: Leader, id: NodeId): boolean {
  return id !== state.id && state.membership.isVoter(id) && counts(state, role, id);
}

/** Of those that could lead and are still heard, the one with the longest log; of several such, the one heard last. */
export function furthestAhead(state: RaftState, role: Leader): Peer | undefined {
  const heard = [...role.peers.values()].filter(
    (peer) => peer.ticksSinceHeard < state.options.electionTicks && couldLead(state, role, peer.id),
  );
  const ahead = (a: Peer, b: Peer): number =>
    b.matchIndex - a.matchIndex || a.ticksSinceHeard - b.ticksSinceHeard;
  return heard.toSorted(ahead)[0];
}
