import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { sameBytes } from './same-bytes.ts';

/** If two logs have an entry of the same index and term, they are the same up to it (Raft, Figure 3): the same bytes, and the same term before. */
export const logMatching: Invariant = {
  name: 'Log Matching',
  stepped(history, record, core) {
    const first = record.changedFrom;
    if (first === 0) return;
    let previousTerm = first === 1 ? 0 : (core.log.termAt((first - 1) as Entry['index']) ?? 0);
    for (let index = first; index <= core.log.lastIndex; index += 1) {
      const entry = core.log.entryAt(index as Entry['index']);
      let atIndex = history.entries.get(index);
      if (atIndex === undefined) history.entries.set(index, (atIndex = new Map()));
      const known = atIndex.get(entry.term);
      if (known === undefined) atIndex.set(entry.term, { entry, previousTerm });
      else if (known.previousTerm !== previousTerm || !sameBytes(known.entry, entry)) {
        throw new BrokenInvariant(
          this.name,
          `${record.id} has another entry ${index} of term ${entry.term} than was seen before, or other entries below it`,
        );
      }
      previousTerm = entry.term;
    }
  },
};
