import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { sameBytes } from './same-bytes.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';

/** State Machine Safety (Raft, Figure 3): what was committed at an index once stays so, for everybody and for ever. */
export const committedHistoryIsImmutable: Invariant = {
  name: 'State Machine Safety',
  stepped(history, record, core) {
    // What a snapshot stands for is compared where it is loaded.
    const from = Math.max(record.commitIndex + 1, core.log.firstIndex);
    for (let index = from; index <= core.commitIndex; index += 1) {
      const known = history.committed[index - 1];
      const entry = core.log.entryAt(index as Entry['index']);
      if (known !== undefined && (known.entry.term !== entry.term || !sameBytes(known.entry, entry))) {
        throw new BrokenInvariant(
          this.name,
          `${record.id} knows another entry as committed at ${index} (term ${entry.term}) than ${known.by} did (term ${known.entry.term})`,
        );
      }
    }
  },
  issued(history, record, { truncateFrom, reset }) {
    if (reset !== null && reset.index <= record.commitIndex)
      throw new BrokenInvariant(
        this.name,
        `${record.id} begins its log anew after ${reset.index}, and knows ${record.commitIndex} entries to be committed`,
      );
    if (truncateFrom === null) return;
    if (truncateFrom <= record.commitIndex)
      throw new BrokenInvariant(
        this.name,
        `${record.id} cuts its log at ${truncateFrom}, and knows ${record.commitIndex} entries to be committed`,
      );
    const gone = record.durable[truncateFrom - 1];
    const known = history.committed[truncateFrom - 1];
    if (gone !== undefined && known !== undefined && gone.term === known.entry.term)
      throw new BrokenInvariant(
        this.name,
        `${record.id} cuts its log at ${truncateFrom}, which is committed`,
      );
  },
};
