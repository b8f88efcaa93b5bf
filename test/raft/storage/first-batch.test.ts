import { describe, expect, it } from 'vitest';
import { SimPowerCut } from '../../simulation/sim-disk.ts';
import { CLUSTER_ID, expectNothingDeleted, FolderLab, lastOf } from './folder-lab.ts';
import { batchOf, entryOf, votes } from './log-lab.ts';

describe('a folder whose very first batch was cut', () => {
  /** The power fails before it is synced: of its writes only the mark is there. */
  const firstBatchCut = (lab: FolderLab): void => {
    lab.open();
    lab.folder.store.append(batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(1, 1)] }), () => {
      lab.acknowledged += 1;
    });
    const isHeaderOrMark = (offset: number): boolean => offset < 4096;
    let syncs = 0;
    while (syncs < 2) {
      const [first] = lab.disk.pending;
      if (first?.kind === 'sync') syncs += 1;
      if (syncs < 2) lab.disk.complete(0);
    }
    lab.disk.crash((_name, offset) => isHeaderOrMark(offset));
  };

  it('is as good as empty: nothing of a cluster was acknowledged under it, so that it needs no new identity', () => {
    const lab = new FolderLab();
    firstBatchCut(lab);
    expect(lab.acknowledged).toBe(0);
    const { folderId } = lab.folder;
    const before = lab.everyByte();
    const opened = lab.open();
    expect(opened).toMatchObject({ folderId, doubt: null, clusterId: null });
    expect(opened.recovered).toMatchObject({ entries: [], hardState: { standing: 'voting' } });
    expect(opened.recovered.tornTail).toMatchObject({ offset: 4096 });
    expectNothingDeleted(before, lab);
    lab.append(batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(1, 1)] }));
    lab.disk.crash(() => false);
    expect(lastOf(lab.open())).toBe(1);
  });

  it('is so whenever the power fails again while it is set right', () => {
    const untouched = new FolderLab();
    firstBatchCut(untouched);
    const before = untouched.disk.blockingCalls;
    untouched.open();
    const calls = untouched.disk.blockingCalls - before;
    expect(calls).toBeGreaterThan(0);
    for (let call = 1; call <= calls; call += 1) {
      const lab = new FolderLab();
      firstBatchCut(lab);
      const { folderId } = lab.folder;
      lab.disk.cutPowerAt(call, () => true);
      expect(() => lab.open()).toThrow(SimPowerCut);
      lab.disk.crash(() => false);
      expect(lab.open()).toMatchObject({ folderId, doubt: null });
    }
  });

  it('is in doubt all the same if its node had been told of a cluster and noted it', () => {
    const lab = new FolderLab();
    firstBatchCut(lab);
    lab.open();
    lab.folder.rememberCluster(CLUSTER_ID);
    expect(lab.open().doubt).toMatchObject({ kind: 'lost' });
  });
});
