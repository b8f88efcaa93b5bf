import type { NodeId } from './ids.ts';
import type { RaftState } from './state.ts';

/**
 * Whether this node holds on to a living leader and so refuses to unseat it (dissertation §4.2.3): it heard one
 * within the shortest election timeout, or leads itself and so has heard a majority. Not against that leader itself:
 * if it campaigns, it has given up its office; and not for one whose process seems to be gone.
 */
export function holdsOnToLeader(state: RaftState, campaigner: NodeId): boolean {
  const { role } = state;
  if (role.kind === 'leader') return true;
  if (role.kind !== 'follower' || role.leader === null || role.leader === campaigner) return false;
  if (role.leader === state.suspectedLeader?.id) return false;
  return role.timer.elapsedTicks < state.options.electionTicks;
}
