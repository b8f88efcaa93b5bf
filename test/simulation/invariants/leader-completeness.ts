import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { CommittedEntry } from './history.ts';
import type { NodeRecord } from './node-record.ts';

/** A leader has every entry that was committed in an earlier term (Raft, Figure 3). With Log Matching, to look at the last of them is enough. */
export const leaderCompleteness: Invariant = {
  name: 'Leader Completeness',
  stepped(history, record, core) {
    if (core.role !== 'leader' || (record.role === 'leader' && record.term === core.term)) return;
    const last = history.committed.findLast(({ inTerm }) => inTerm < core.term);
    if (last !== undefined) check(this.name, record, core, last);
  },
  committed(history, index) {
    const committed = history.committed[index - 1];
    if (committed === undefined) return;
    for (const record of history.records.values()) {
      if (record.core?.role === 'leader' && record.core.term > committed.inTerm)
        check(this.name, record, record.core, committed);
    }
  },
};

function check(name: string, { id }: NodeRecord, core: Raft, { entry, inTerm }: CommittedEntry): void {
  // What its snapshot stands for it has: that snapshots tell the truth is another promise.
  if (entry.index < core.log.baseIndex || core.log.termAt(entry.index) === entry.term) return;
  throw new BrokenInvariant(
    name,
    `${id} leads term ${core.term} without entry ${entry.index} of term ${entry.term}, which was committed in term ${inTerm}`,
  );
}
