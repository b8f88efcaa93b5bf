import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** base ≤ snapshot ≤ applied ≤ commit ≤ last, on every node. (What is applied is compared while it happens.) */
export const indexesInOrder: Invariant = {
  name: 'Base ≤ Snapshot ≤ Applied ≤ Commit ≤ Last',
  stepped(_history, record, core) {
    const { baseIndex, lastIndex } = core.log;
    const snapshotIndex = core.snapshot?.index ?? 0;
    const inOrder =
      baseIndex <= snapshotIndex &&
      snapshotIndex <= core.commitIndex &&
      record.appliedIndex <= core.commitIndex &&
      core.commitIndex <= lastIndex;
    if (!inOrder)
      throw new BrokenInvariant(
        this.name,
        `${record.id}: its log goes from ${baseIndex + 1} to ${lastIndex}, its snapshot to ${snapshotIndex}, it has applied ${record.appliedIndex} and committed ${core.commitIndex}`,
      );
  },
};
