import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** A node takes nothing for durable that its disk has not answered for. */
export const durableMarkNotPastIssued: Invariant = {
  name: 'Durable Mark',
  stepped(_history, record, core) {
    const { durableIndex } = core;
    if (durableIndex === 0 || durableIndex < core.log.baseIndex) return;
    const onDisk = record.durable[durableIndex - 1];
    if (onDisk === undefined || onDisk.term !== core.log.termAt(durableIndex)) {
      throw new BrokenInvariant(
        this.name,
        `${record.id} takes entry ${durableIndex} for durable, but its disk has answered for ${onDisk === undefined ? `${record.durable.length} entries` : `one of term ${onDisk.term} there`}`,
      );
    }
  },
};
