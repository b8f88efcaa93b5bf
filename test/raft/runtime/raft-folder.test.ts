import { describe, expect, it } from 'vitest';
import { openRaftFolder } from '../../../src/raft/index.ts';
import type { DiskError } from '../../../src/raft/storage/disk.ts';
import { batchOf, entryOf, votes } from '../storage/log-lab.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

describe('the folder of a replica', () => {
  it('does not count as failed for what its log still asks of it when it has been closed', async () => {
    const failures: DiskError[] = [];
    const folder = await openRaftFolder({
      path: temporaryFolder(),
      nodeId: 'n1',
      segmentBytes: 64 * 1024,
      configured: ['n1', 'n2', 'n3'],
      onAlarm: () => undefined,
      onFailure: (error) => failures.push(error),
    });
    const append = (index: number): Promise<void> =>
      new Promise((resolve) =>
        folder.store.append(batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(index, 1)] }), resolve),
      );
    await append(1);
    // One is on its way to the disk; the other follows when that has ended.
    void append(2);
    void append(3);
    await folder.close();
    await new Promise(setImmediate);
    expect(failures).toEqual([]);
  });
});
