import type { SnapshotMeta } from '../../../src/raft/core/snapshot-meta.ts';
import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** A snapshot's label says what it stands for: index, term and cluster time of a committed entry, and the membership as of it (Figure 12; dissertation §5.1). */
export const snapshotLabel: Invariant = {
  name: 'A Snapshot Says What It Stands For',
  takes(history, { id }, input) {
    if (input.kind !== 'snapshot-taken' && input.kind !== 'snapshot-received') return;
    const why = whatIsWrong(history, input.meta);
    if (why !== null)
      throw new BrokenInvariant(this.name, `${id}, ${input.kind} at ${input.meta.index}: ${why}`);
  },
};

function whatIsWrong(
  { committed, memberships }: History,
  { index, term, clusterTimeMs, members }: SnapshotMeta,
): string | null {
  const entry = committed[index - 1]?.entry;
  if (entry === undefined) return `only ${committed.length} entries are known to be committed`;
  if (entry.term !== term || entry.clusterTimeMs !== clusterTimeMs)
    return `it names term ${term} and ${clusterTimeMs} ms, and that entry is of term ${entry.term} and ${entry.clusterTimeMs} ms`;
  const latest = memberships.findLast((membership) => membership.index <= index);
  const payload = committed[(latest?.index ?? 0) - 1]?.entry.payload;
  if (payload === undefined || Buffer.compare(payload, members) !== 0)
    return `its membership is not that of entry ${latest?.index}`;
  return null;
}
