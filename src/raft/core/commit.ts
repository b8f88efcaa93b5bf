import { reachedByMajority } from './quorum.ts';
import type { Leader } from './role.ts';
import type { RaftState } from './state.ts';

/**
 * Commits what a majority has on disk. Only an entry of the leader's own term is committed by counting; those before
 * it are committed with it (§5.4.2, Figure 8). The leader counts itself as far as its own disk has answered, so it
 * may commit by its followers before that.
 */
export function advanceCommitIndex(state: RaftState, role: Leader): void {
  const matches = [...role.peers.values()].map((peer) => peer.matchIndex);
  const durableOnMajority = reachedByMajority([state.durability.durableIndex, ...matches]);
  if (durableOnMajority <= state.commitIndex) return;
  if (state.log.termAt(durableOnMajority) === role.term) state.commitTo(durableOnMajority);
}
