import { NO_INDEX } from './ids.ts';
import { reachedByMajority } from './quorum.ts';
import type { Leader } from './role.ts';
import { counts } from './standing.ts';
import type { RaftState } from './state.ts';

/**
 * Commits what a majority of the voters has on disk. Only an entry of the leader's own term is committed by counting;
 * those before it are committed with it (§5.4.2, Figure 8). The leader counts itself as far as its own disk has answered,
 * so it may commit by its followers before that (dissertation §10.2.1); and not at all if it is no voter any more (§4.2.2 there).
 */
export function advanceCommitIndex(state: RaftState, role: Leader): void {
  const durable = state.membership.inForce.voters.map((voter) => {
    if (!counts(state, role, voter)) return NO_INDEX;
    if (voter === state.id) return state.durability.durableIndex;
    return role.peers.get(voter)?.matchIndex ?? NO_INDEX;
  });
  const durableOnMajority = reachedByMajority(durable);
  if (durableOnMajority <= state.commitIndex) return;
  if (state.log.termAt(durableOnMajority) === role.term) state.commitTo(durableOnMajority);
}
