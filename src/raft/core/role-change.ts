import type { RoleChangeReason } from './effect.ts';
import { drawElectionTimer } from './election-timer.ts';
import { broken } from './errors.ts';
import type { NodeId, Term } from './ids.ts';
import { abandonReads } from './reads.ts';
import type { Follower, Role } from './role.ts';
import type { RaftState } from './state.ts';

/** Leaves the current role, and with it all that belonged to it. */
export function changeRole(state: RaftState, role: Role, reason: RoleChangeReason): void {
  const left = state.role;
  state.role = role;
  abandonReads(state, left);
  state.announce(reason);
}

/**
 * Follows, in this term or a later one (§5.1). The vote is cleared only if the term is new. The election timer runs
 * on: to hear of a term is not to hear a leader, and a chatty candidate must not keep a better one waiting (§5.2).
 */
export function becomeFollower(
  state: RaftState,
  term: Term,
  leader: NodeId | null,
  reason: RoleChangeReason,
): Follower {
  if (term < state.term) broken(`cannot follow in term ${term}: the current one is ${state.term}`);
  if (term > state.term) state.enterTerm(term, null);
  const timer = state.role.kind === 'leader' ? drawElectionTimer(state.options) : state.role.timer;
  const follower: Follower = { kind: 'follower', leader, timer, reads: new Map() };
  changeRole(state, follower, reason);
  return follower;
}
