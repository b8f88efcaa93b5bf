import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/**
 * A leader appends a change of the membership only when it knows an entry of its own term to be committed (the bug of 2015 in
 * single-server changes): until then an earlier leader's change, which it has never heard of, may still be.
 */
export const ownTermBeforeChange: Invariant = {
  name: 'No Change Before A Commit Of Its Term',
  stepped(_history, record, core) {
    const led = record.role === 'leader' && core.role === 'leader' && record.term === core.term;
    if (!led || record.changedFrom === 0) return;
    for (let index = record.changedFrom; index <= core.log.lastIndex; index += 1) {
      if (core.log.entryAt(index as Entry['index']).kind !== 'members') continue;
      // It may have been committed in this very step, before.
      if (core.log.termAt(core.commitIndex) === core.term) continue;
      throw new BrokenInvariant(
        this.name,
        `${record.id}, leader of term ${core.term}, changes the membership with entry ${index}, and knows nothing of its term to be committed`,
      );
    }
  },
};
