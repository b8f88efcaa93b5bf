import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

/**
 * A leader takes commands only as far as they fit into the bound with all that is uncommitted already; one batch it takes, however
 * small the bound. What comes in one turn counts too: the windows of all nodes may come at once.
 */
export const uncommittedIsBounded: Invariant = {
  name: 'Uncommitted Is Bounded',
  stepped({ limits }, record, core) {
    const led = record.role === 'leader' && core.role === 'leader' && record.term === core.term;
    if (!led || core.log.lastIndex <= record.log.length || core.commitIndex > record.commitIndex) return;
    let bytes = uncommittedBefore(record);
    for (const { index, payload } of newCommands(record, core)) {
      if (bytes > 0 && bytes + payload.length > limits.maxUncommittedBytes)
        throw new BrokenInvariant(
          this.name,
          `${record.id} has ${bytes} uncommitted bytes, ${limits.maxUncommittedBytes} are allowed, and it appends entry ${index} with ${payload.length} more`,
        );
      bytes += payload.length;
    }
  },
};

function uncommittedBefore({ log, commitIndex }: NodeRecord): number {
  let bytes = 0;
  for (let index = commitIndex + 1; index <= log.length; index += 1)
    bytes += log[index - 1]?.bytes.byteLength ?? 0;
  return bytes;
}

/** Memberships, and what a leader says in its own name, are never refused for lack of room. */
function newCommands({ log }: NodeRecord, core: Raft): readonly Entry[] {
  const entries: Entry[] = [];
  for (let index = log.length + 1; index <= core.log.lastIndex; index += 1)
    entries.push(core.log.entryAt(index as Entry['index']));
  return entries.filter(({ kind }) => kind === 'commands');
}
