import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** What a leader takes for matched is on that follower's disk. */
export const matchNotPastDurable: Invariant = {
  name: 'Match ≤ Durable Log Of That Peer',
  stepped(history, record, core) {
    if (core.role !== 'leader') return;
    for (const { id, matchIndex } of core.peers) {
      const peer = history.records.get(id);
      if (matchIndex === 0 || peer === undefined || peer.destroyed) continue;
      const term = core.log.termAt(matchIndex);
      if (matchIndex < core.log.baseIndex) continue;
      if (peer.durable[matchIndex - 1]?.term === term) continue;
      // A deposed leader that does not know it yet: the follower may have gone on with another.
      if ((peer.durableState?.term ?? 0) > core.term) continue;
      throw new BrokenInvariant(
        this.name,
        `${record.id} leads term ${core.term} and takes ${id} for matched up to ${matchIndex} (term ${term}), but its disk has ${peer.durable.length} entries`,
      );
    }
  },
};
