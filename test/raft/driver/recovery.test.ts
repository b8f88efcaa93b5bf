import { describe, expect, it } from 'vitest';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { bornLab, LAB_SETTINGS } from './support/node-lab.ts';

const isVoting = ({ node }: LabNode): boolean => node.snapshot().standing === 'voting';
const texts = ({ notes }: LabNode): readonly string[] =>
  notes.bodies.map((one) => Buffer.from(one).toString());
const followersOf = (lab: NodeLab): [LabNode, LabNode] => {
  const [one, other] = lab.nodes.filter((node) => node !== lab.leader);
  return [one!, other!];
};

/** Submits to a node, and waits until it was applied there: it is acknowledged. */
function acknowledge(lab: NodeLab, node: LabNode, text: string): void {
  const id = lab.submit(node, text);
  if (!lab.pass(200, () => node.notes.results.has(id))) throw new Error(`${text} was not acknowledged`);
}

describe('a node whose folder was emptied', () => {
  it('is taken in again by the leader, votes then, and has everything', () => {
    const lab = bornLab(3);
    acknowledge(lab, lab.leader!, 'before');
    const [emptied] = followersOf(lab);
    const folder = emptied.folderId;
    lab.restart(emptied, { kind: 'emptied' });
    expect(emptied.events.some(({ kind }) => kind === 'recovering')).toBe(true);
    expect(lab.pass(200, () => isVoting(emptied) && lab.isSettled)).toBe(true);
    expect(emptied.events.some(({ kind }) => kind === 'readmitted')).toBe(true);
    const known = lab.leader!.node.snapshot().members.find(({ id }) => id === emptied.id);
    expect(known?.folderId).not.toBe(folder);
    expect(known?.folderId).toBe(emptied.folderId);
    expect(texts(emptied)).toEqual(['before']);
    acknowledge(lab, emptied, 'after');
  });

  it('counts for nothing before: without a majority of those who remember nothing is acknowledged', () => {
    const lab = bornLab(3);
    acknowledge(lab, lab.leader!, 'before');
    const [emptied, other] = followersOf(lab);
    const leader = lab.leader!;
    lab.kill(emptied);
    lab.kill(other);
    lab.start(emptied, { kind: 'emptied' });
    lab.submit(leader, 'in doubt');
    lab.pass(200);
    expect(leader.notes.answered).toBe(1);
    expect(lab.leader).toBeUndefined();
    expect(emptied.node.snapshot().doubt).toContain('neither votes nor counts');
    lab.start(other);
    expect(lab.pass(400, () => isVoting(emptied) && lab.isSettled && lab.leader !== undefined)).toBe(true);
    acknowledge(lab, emptied, 'after');
  });

  it('keeps what was acknowledged while another one lagged and the third is killed', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const [emptied, lagging] = followersOf(lab);
    lab.kill(lagging);
    for (let n = 0; n < 20; n += 1) acknowledge(lab, leader, `m${n}`);
    lab.restart(emptied, { kind: 'emptied' });
    lab.kill(leader);
    lab.start(lagging);
    // The one that lags and the one that forgot are no majority of those who remember.
    lab.pass(300);
    expect(lab.leader).toBeUndefined();
    lab.start(leader);
    expect(lab.pass(500, () => lab.leader !== undefined && isVoting(emptied) && lab.isSettled)).toBe(true);
    expect(texts(emptied)).toEqual(Array.from({ length: 20 }, (_, n) => `m${n}`));
  });

  it('is taken in while others keep on working, though the log no longer reaches back', () => {
    const lab = bornLab(3, {
      settings: { ...LAB_SETTINGS, snapshots: { ...LAB_SETTINGS.snapshots, everyLogBytes: 5_000 } },
    });
    for (let n = 0; n < 100; n += 1) acknowledge(lab, lab.leader!, `m${n}`.padEnd(200));
    const [emptied] = followersOf(lab);
    lab.restart(emptied, { kind: 'emptied' });
    expect(lab.pass(400, () => isVoting(emptied) && lab.isSettled)).toBe(true);
    expect(emptied.notes.bodies).toHaveLength(100);
  });
});

describe('two of three nodes whose folders were emptied', () => {
  it('do not found anything anew, and the third says that it alone remembers, and waits', () => {
    const lab = bornLab(3);
    acknowledge(lab, lab.leader!, 'before');
    const [one, other, third] = lab.nodes as [LabNode, LabNode, LabNode];
    lab.kill(one);
    lab.kill(other);
    lab.start(one, { kind: 'emptied' });
    lab.start(other, { kind: 'emptied' });
    lab.pass(500);
    expect(lab.leader).toBeUndefined();
    expect(third.node.snapshot().waitingFor).toMatch(
      /^the old data folder of n1 or n2: they came back with folders/,
    );
    expect(third.node.snapshot().waitingFor).toContain('n3 alone remembers');
    for (const emptied of [one, other]) {
      expect(emptied.node.snapshot().standing).toBe('recovering');
      expect(emptied.node.snapshot().clusterId).toBe(third.node.snapshot().clusterId);
    }
  });

  it('stay so after a restart of all', () => {
    const lab = bornLab(3);
    const [one, other] = lab.nodes as [LabNode, LabNode, LabNode];
    lab.kill(one);
    lab.kill(other);
    lab.start(one, { kind: 'emptied' });
    lab.start(other, { kind: 'emptied' });
    lab.pass(100);
    for (const node of lab.nodes) lab.kill(node);
    for (const node of lab.nodes) lab.start(node);
    lab.pass(300);
    expect(lab.leader).toBeUndefined();
  });
});

describe('a log whose end is suspect', () => {
  it('is filled up by the leader, and the node votes again', () => {
    const lab = bornLab(3);
    for (let n = 0; n < 10; n += 1) acknowledge(lab, lab.leader!, `m${n}`);
    const [suspect] = followersOf(lab);
    lab.restart(suspect, { kind: 'suspect', lost: 4 });
    expect(suspect.node.snapshot().doubt ?? 'none').toContain('the log ends before its mark');
    expect(lab.pass(200, () => isVoting(suspect) && lab.isSettled)).toBe(true);
    expect(suspect.node.snapshot().doubt).toBeNull();
    expect(texts(suspect)).toHaveLength(10);
  });

  it('on all three after a power cut: the most up-to-date one leads when all agree, and all vote again', () => {
    const lab = bornLab(3);
    for (let n = 0; n < 10; n += 1) acknowledge(lab, lab.leader!, `m${n}`);
    for (const node of lab.nodes) lab.kill(node);
    lab.nodes.forEach((node, place) => lab.start(node, { kind: 'suspect', lost: place }));
    expect(lab.pass(800, () => lab.leader !== undefined && lab.nodes.every(isVoting) && lab.isSettled)).toBe(
      true,
    );
    expect(texts(lab.at(2))).toEqual(Array.from({ length: 10 }, (_, n) => `m${n}`));
    for (const node of lab.nodes) acknowledge(lab, node, `after, at ${node.id}`);
  });

  it('on all three, and one of them is missing: the others wait for it', () => {
    const lab = bornLab(3);
    acknowledge(lab, lab.leader!, 'before');
    for (const node of lab.nodes) lab.kill(node);
    lab.start(lab.at(0), { kind: 'suspect', lost: 1 });
    lab.start(lab.at(1), { kind: 'suspect', lost: 1 });
    lab.pass(400);
    expect(lab.leader).toBeUndefined();
    lab.start(lab.at(2), { kind: 'suspect', lost: 0 });
    expect(lab.pass(800, () => lab.leader !== undefined && lab.nodes.every(isVoting) && lab.isSettled)).toBe(
      true,
    );
    expect(texts(lab.at(0))).toEqual(['before']);
  });

  it('in a cluster of one comes back by itself', () => {
    const lab = bornLab(1);
    const one = lab.at(0);
    acknowledge(lab, one, 'before');
    lab.restart(one, { kind: 'suspect', lost: 0 });
    expect(lab.pass(100, () => lab.leader === one && isVoting(one))).toBe(true);
    acknowledge(lab, one, 'after');
  });

  it('of a follower, while another lags and the leader is killed: nothing acknowledged is lost', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const [damaged, lagging] = followersOf(lab);
    lab.kill(lagging);
    for (let n = 0; n < 20; n += 1) acknowledge(lab, leader, `m${n}`);
    lab.restart(damaged, { kind: 'suspect', lost: 7 });
    lab.kill(leader);
    lab.start(lagging);
    lab.pass(300);
    expect(lab.leader).toBeUndefined();
    lab.start(leader);
    expect(lab.pass(500, () => lab.leader !== undefined && lab.nodes.every(isVoting) && lab.isSettled)).toBe(
      true,
    );
    expect(texts(damaged)).toEqual(Array.from({ length: 20 }, (_, n) => `m${n}`));
  });
});
