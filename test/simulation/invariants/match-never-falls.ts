import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

interface Known {
  readonly term: number;
  readonly match: Map<string, number>;
}

const knownOf = new WeakMap<NodeRecord, Known>();

/** In one term of a leader, what it knows to be on a follower's disk never becomes less (Figure 2, matchIndex: "increases monotonically"). */
export const matchNeverFalls: Invariant = {
  name: 'Match Never Falls',
  stepped(_history, record, core) {
    if (core.role !== 'leader') {
      knownOf.delete(record);
      return;
    }
    let known = knownOf.get(record);
    if (known?.term !== core.term) knownOf.set(record, (known = { term: core.term, match: new Map() }));
    // Of one that was removed, and taken in again later, nothing is known any more.
    for (const id of known.match.keys())
      if (!core.peers.some((peer) => peer.id === id)) known.match.delete(id);
    for (const { id, matchIndex } of core.peers) {
      const before = known.match.get(id) ?? 0;
      // With another folder it begins anew; that is seen once.
      const isReplaced = record.replacedPeers.delete(id);
      if (matchIndex < before && !isReplaced)
        throw new BrokenInvariant(
          this.name,
          `${record.id}, leader of term ${core.term}, knew that ${id} has entry ${before}, and now that it has ${matchIndex}`,
        );
      known.match.set(id, matchIndex);
    }
  },
};
