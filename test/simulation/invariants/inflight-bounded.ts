import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** Up to where each leader was seen to have sent to each follower. */
const sentBy = new WeakMap<Raft, Map<string, number>>();

/** No more than so many bytes are on their way to a follower, or one single entry. */
export const inflightIsBounded: Invariant = {
  name: 'Bytes On Their Way Are Bounded',
  stepped({ limits }, record, core) {
    if (core.role !== 'leader') return;
    let sent = sentBy.get(core);
    if (sent === undefined) sentBy.set(core, (sent = new Map()));
    for (const { id, progress, matchIndex, nextIndex } of core.peers) {
      const before = sent.get(id);
      sent.set(id, nextIndex);
      if (progress !== 'replicate' || nextIndex <= (before ?? 0) || nextIndex <= matchIndex + 2) continue;
      let bytes = 0;
      for (let index = Math.max(matchIndex + 1, core.log.firstIndex); index < nextIndex; index += 1)
        bytes += core.log.entryAt(index as Entry['index']).bytes.byteLength;
      if (bytes > limits.maxInflightBytes)
        throw new BrokenInvariant(
          this.name,
          `${record.id} has sent ${bytes} bytes to ${id} that it has not acknowledged, ${limits.maxInflightBytes} are allowed`,
        );
    }
  },
};
