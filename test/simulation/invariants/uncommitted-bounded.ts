import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** A leader whose uncommitted entries fill their bound takes no more until some are committed. */
export const uncommittedIsBounded: Invariant = {
  name: 'Uncommitted Is Bounded',
  stepped({ limits }, record, core) {
    const led = record.role === 'leader' && core.role === 'leader' && record.term === core.term;
    if (!led || core.log.lastIndex <= record.log.length || core.commitIndex > record.commitIndex) return;
    // A membership is never refused for lack of room.
    if (core.log.entryAt(core.log.lastIndex).kind === 'members') return;
    let bytes = 0;
    for (let index = record.commitIndex + 1; index <= record.log.length; index += 1)
      bytes += record.log[index - 1]?.bytes.byteLength ?? 0;
    if (bytes > limits.maxUncommittedBytes)
      throw new BrokenInvariant(
        this.name,
        `${record.id} has ${bytes} uncommitted bytes, ${limits.maxUncommittedBytes} are allowed, and it appends entry ${core.log.lastIndex}`,
      );
  },
};
