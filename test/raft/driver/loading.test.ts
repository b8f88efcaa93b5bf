import { describe, expect, it } from 'vitest';
import type { SnapshotReader } from '../../../src/raft/storage/snapshot-store.ts';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { bornLab, LAB_SETTINGS } from './support/node-lab.ts';

/** One that never comes to an end. */
const ENDLESS: SnapshotReader = { next: () => undefined, close: () => undefined };

/** A cluster of which one follower has started again, and loads its snapshot for ever. */
function loadingFollower(): { lab: NodeLab; leader: LabNode; loading: LabNode } {
  const lab = bornLab(3);
  const leader = lab.leader!;
  const loading = lab.nodes.find((one) => one !== leader)!;
  lab.submit(leader, 'before');
  lab.pass(5);
  loading.node.administer({ kind: 'take-snapshot' }, () => undefined);
  lab.pass(5);
  loading.snapshots.read = () => ENDLESS;
  lab.restart(loading);
  lab.pass(20);
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
});
