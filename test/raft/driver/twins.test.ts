import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import type { Greeting } from '../../../src/raft/driver/peer-network.ts';
import { TwinWatch } from '../../../src/raft/driver/twins.ts';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { bornLab, LAB_SETTINGS } from './support/node-lab.ts';

const n3 = nodeId('n3');
const PATIENCE = 10 * LAB_SETTINGS.silenceTicks;

/** Comes in at this node under n3's name, with another folder: as over a socket, it is admitted or not. */
function strangerComesTo(at: LabNode, folderId: string, clusterId: string | null): string {
  const known = at.node.greetingFor(n3);
  const greeting: Greeting = { ...known, from: n3, to: at.id, folderId, clusterId, address: null };
  const admission = at.node.admit(greeting);
  if (admission.kind === 'admitted') at.node.accepted(n3, greeting);
  return admission.kind === 'admitted' ? 'admitted' : admission.why;
}

/** A running cluster of three, and where another process calls itself n3. */
function withStranger(): { lab: NodeLab; at: LabNode; comes: (folderId: string) => string; there: string } {
  const lab = bornLab(3);
  const at = lab.leader === lab.at(2) ? lab.at(0) : lab.leader!;
  const there = lab.get(n3).folderId;
  return { lab, at, there, comes: (folderId) => strangerComesTo(at, folderId, null) };
}

describe('two processes under one name', () => {
  it('are noticed when they have pushed each other out twice, said once, and shown in the status', () => {
    const { at, comes, there } = withStranger();
    for (const folder of ['another', there, 'another', there, 'another']) comes(folder);
    const seen = at.events.filter(({ kind }) => kind === 'twins-seen');
    expect(seen).toMatchObject([{ node: 'n3' }]);
    expect(at.node.snapshot().twins).toHaveLength(1);
    expect(at.node.snapshot().twins[0]).toMatch(
      /two processes run as n3.* another… and .*, the one that the cluster knows/,
    );
  });

  it('then the one whose folder the cluster does not know is turned away and told why, as long as the other one is there', () => {
    const { lab, at, comes, there } = withStranger();
    expect(comes('another')).toBe('admitted');
    expect(comes(there)).toBe('admitted');
    expect(comes('another')).toBe('admitted');
    expect(comes(there)).toBe('admitted');
    for (let times = 0; times < 5; times += 1) {
      lab.pass(PATIENCE - 1);
      expect(comes('another')).toMatch(/two processes run as n3, and the cluster knows .* the other one/);
      expect(comes(there)).toBe('admitted');
    }
    expect(at.node.snapshot().twins).toHaveLength(1);
    expect(at.node.snapshot().members.find(({ id }) => id === n3)?.folderId).toBe(there);
  });

  it('when the known one has gone, the other is let in by and by', () => {
    const { lab, at, comes, there } = withStranger();
    for (const folder of ['another', there, 'another']) comes(folder);
    lab.kill(lab.get(n3));
    comes('another');
    lab.pass(PATIENCE / 2);
    expect(comes('another')).not.toBe('admitted');
    lab.pass(PATIENCE);
    expect(comes('another')).toBe('admitted');
    expect(at.node.snapshot().twins).toEqual([]);
  });

  it('are none when a folder is emptied, and emptied again, or put back once', () => {
    const watch = new TwinWatch(PATIENCE);
    for (const folder of ['first', 'second', 'third', 'second', 'fourth', 'third'])
      expect(watch.cameWith(n3, folder)).toBeNull();
  });

  it('nor when they come by turns seldom: somebody tries two disks', () => {
    const watch = new TwinWatch(PATIENCE);
    for (let times = 0; times < 6; times += 1) {
      expect(watch.cameWith(n3, times % 2 === 0 ? 'one' : 'other')).toBeNull();
      for (let ticks = 0; ticks <= PATIENCE; ticks += 1) watch.tick();
    }
  });

  it('an emptied node is taken in as ever, though another process of its name was there before', () => {
    const { lab, comes, there } = withStranger();
    comes('another');
    comes(there);
    lab.restart(lab.get(n3), { kind: 'emptied' });
    expect(lab.pass(300, () => lab.get(n3).node.snapshot().standing === 'voting')).toBe(true);
  });
});
