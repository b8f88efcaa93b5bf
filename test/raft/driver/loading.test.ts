import { describe, expect, it } from 'vitest';
import type { SnapshotReader } from '../../../src/raft/storage/snapshot-store.ts';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { bornLab, LAB_SETTINGS } from './support/node-lab.ts';

/** One that never comes to an end. */
const ENDLESS: SnapshotReader = { next: () => undefined, close: () => undefined };

/** Starts a follower again: it loads its snapshot for ever. */
function startLoading(lab: NodeLab, follower: LabNode): void {
  follower.node.administer({ kind: 'take-snapshot' }, () => undefined);
  lab.pass(5);
  follower.snapshots.read = () => ENDLESS;
  lab.restart(follower);
  lab.pass(20);
}

/** A cluster of which one follower has started again, and loads its snapshot for ever. */
function loadingFollower(): { lab: NodeLab; leader: LabNode; loading: LabNode } {
  const lab = bornLab(3);
  const leader = lab.leader!;
  const loading = lab.nodes.find((one) => one !== leader)!;
  lab.submit(leader, 'before');
  lab.pass(5);
  startLoading(lab, loading);
  return { lab, leader, loading };
}

describe('a node that is still loading its snapshot', () => {
  it('passes leadership on if it gets it: it could take nothing in', () => {
    const { lab, leader, loading } = loadingFollower();
    leader.node.transfer(loading.id);
    expect(lab.pass(50, () => lab.leader === loading)).toBe(true);
    const other = lab.nodes.find((one) => one !== leader && one !== loading)!;
    const id = lab.submit(other, 'meanwhile');
    expect(lab.pass(4 * LAB_SETTINGS.electionTicks, () => other.notes.results.has(id))).toBe(true);
    expect(lab.leader).not.toBe(loading);
  });

  it.each([0, 1, 2])(
    'passes it on to each in turn: one that loads, too, does not give it back for ever (ready: %i)',
    (place) => {
      const lab = bornLab(3);
      const ready = lab.nodes[place]!;
      lab.submit(ready, 'before');
      lab.leader!.node.transfer(ready.id);
      expect(lab.pass(100, () => lab.leader === ready && lab.isSettled)).toBe(true);
      const loading = lab.nodes.filter((one) => one !== ready);
      for (const one of loading) startLoading(lab, one);
      for (const one of loading) {
        ready.node.transfer(one.id);
        expect(lab.pass(50, () => lab.leader === one)).toBe(true);
        expect(lab.pass(8 * LAB_SETTINGS.electionTicks, () => lab.leader === ready)).toBe(true);
      }
    },
  );
});
