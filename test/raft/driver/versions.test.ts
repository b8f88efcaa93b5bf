import { describe, expect, it } from 'vitest';
import type { AdminAnswer } from '../../../src/raft/driver/admin.ts';
import type { Program } from '../../../src/raft/driver/program.ts';
import { VersionError } from '../../../src/raft/driver/program.ts';
import { NEXT_PROGRAM } from '../../support/next-program.ts';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { bornLab, LAB_SETTINGS } from './support/node-lab.ts';

/** Submits through every node, and holds the hashes of all against one another. */
function talk(lab: NodeLab, text: string): readonly number[] {
  const ids = lab.running.map((one) => [one, lab.submit(one, `${text} at ${one.id}`)] as const);
  const done = () => ids.every(([one, id]) => one.notes.results.has(id)) && lab.isSettled;
  if (!lab.pass(400, done)) throw new Error(`${text}: not all was applied alike`);
  return ids.map(([one, id]) => one.notes.results.get(id)!);
}
function runWith(lab: NodeLab, node: LabNode, program: Program | undefined): void {
  lab.kill(node);
  node.program = program;
  lab.start(node);
  const ready = () => lab.leader !== undefined && node.node.snapshot().incarnation !== null && lab.isSettled;
  if (!lab.pass(400, ready)) throw new Error(`${node.id} did not come back`);
}
function raise(lab: NodeLab): AdminAnswer {
  const answers: AdminAnswer[] = [];
  lab.leader!.node.administer({ kind: 'raise-version' }, (answer) => answers.push(answer));
  lab.pass(20, () => answers.length > 0);
  return answers[0]!;
}
const formatsIn = ({ log }: LabNode): Set<number> =>
  new Set(log.entries.filter(({ kind }) => kind === 'commands').map(({ payload }) => payload[0]!));

describe('a rolling upgrade', () => {
  it('changes nothing until every member reads the next version, and then all at one place of the log', () => {
    const lab = bornLab(3);
    const results = [...talk(lab, 'old')];
    for (const one of lab.nodes) {
      const before = raise(lab);
      expect(before.kind).not.toBe('not-leader');
      runWith(lab, one, NEXT_PROGRAM);
      results.push(...talk(lab, `upgraded ${one.id}`));
    }
    expect(results.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    for (const one of lab.nodes) expect([...formatsIn(one)]).toEqual([1]);
    expect(raise(lab).kind).toBe('done');
    lab.pass(10);
    expect(talk(lab, 'new').toSorted((a, b) => a - b)).toEqual([130, 140, 150]);
    for (const one of lab.nodes) {
      expect([...formatsIn(one)]).toEqual([1, 200]);
      expect(one.node.snapshot().versions).toEqual({ writes: 2, behaviour: 2, highestReadable: 2 });
    }
    for (const one of lab.nodes) {
      lab.restart(one);
      lab.pass(50);
    }
    expect(
      lab.pass(300, () => lab.leader !== undefined && lab.isSettled),
      'old entries by the old rules',
    ).toBe(true);
    talk(lab, 'again');
  });

  it('is refused as long as a member runs the old program, or cannot be asked', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const [one, other] = lab.nodes.filter((node) => node !== leader) as [LabNode, LabNode];
    runWith(lab, one, NEXT_PROGRAM);
    runWith(lab, leader, NEXT_PROGRAM);
    lab.leader!.node.transfer(leader.id);
    expect(lab.pass(300, () => leader.node.core?.role === 'leader' && lab.isSettled)).toBe(true);
    expect(raise(lab)).toMatchObject({
      kind: 'refused',
      why: `${other.id} runs a program that does not read version 2: upgrade there first`,
    });
    lab.kill(other);
    expect(raise(lab)).toMatchObject({ kind: 'refused', why: expect.stringContaining('cannot be reached') });
    expect(lab.leader!.node.snapshot().versions.writes).toBe(1);
  });

  it('is refused by a leader that does not know the next version itself, and does not pass for done', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const others = lab.nodes.filter((node) => node !== leader);
    expect(raise(lab)).toEqual({ kind: 'done', what: 'the cluster writes version 1 already' });
    for (const one of others) runWith(lab, one, NEXT_PROGRAM);
    lab.leader!.node.transfer(leader.id);
    expect(lab.pass(300, () => leader.node.core?.role === 'leader' && lab.isSettled)).toBe(true);
    const ids = others.map(({ id }) => id).join(' and ');
    expect(raise(lab)).toEqual({
      kind: 'refused',
      why: `${ids} run newer programs, which read version 2; ${leader.id}, which leads, reads no more than version 1: upgrade ${leader.id} first`,
    });
  });

  it('can be taken back before the version is raised', () => {
    const lab = bornLab(3);
    for (const one of lab.nodes) runWith(lab, one, NEXT_PROGRAM);
    talk(lab, 'upgraded');
    for (const one of lab.nodes) runWith(lab, one, undefined);
    talk(lab, 'taken back');
    expect(lab.at(0).node.snapshot().versions.highestReadable).toBe(1);
  });

  it('cannot after: a program that does not read what is written refuses to start, and says so', () => {
    const lab = bornLab(3);
    for (const one of lab.nodes) runWith(lab, one, NEXT_PROGRAM);
    expect(raise(lab).kind).toBe('done');
    talk(lab, 'new');
    const [one] = lab.nodes as [LabNode];
    lab.kill(one);
    one.program = undefined;
    expect(() => lab.start(one)).toThrow(VersionError);
    expect(() => lab.start(one)).toThrow(
      'The cluster writes version 2 (rules 2); this program reads version 1 (rules up to 1)',
    );
  });

  it('cannot after, not even when the log no longer says so, but only the snapshot', () => {
    const lab = bornLab(1, {
      settings: { ...LAB_SETTINGS, snapshots: { ...LAB_SETTINGS.snapshots, everyLogBytes: 1_000 } },
    });
    const [one] = lab.nodes as [LabNode];
    runWith(lab, one, NEXT_PROGRAM);
    expect(raise(lab).kind).toBe('done');
    for (let n = 0; n < 20; n += 1) talk(lab, `new ${n}`.padEnd(100));
    expect(one.log.entries.every(({ kind }) => kind !== 'version')).toBe(true);
    lab.kill(one);
    one.program = undefined;
    expect(() => lab.start(one)).toThrow(VersionError);
  });

  it('travels with a snapshot to a node that missed it', () => {
    const lab = bornLab(3, {
      settings: { ...LAB_SETTINGS, snapshots: { ...LAB_SETTINGS.snapshots, everyLogBytes: 1_000 } },
    });
    for (const one of lab.nodes) runWith(lab, one, NEXT_PROGRAM);
    expect(raise(lab).kind).toBe('done');
    lab.pass(5);
    const late = lab.nodes.find((one) => one !== lab.leader)!;
    for (let n = 0; n < 20; n += 1) talk(lab, `new ${n}`.padEnd(100));
    lab.restart(late, { kind: 'emptied' });
    expect(lab.pass(300, () => lab.isSettled && late.node.snapshot().incarnation !== null)).toBe(true);
    expect(late.node.snapshot().versions).toMatchObject({ writes: 2, behaviour: 2 });
    expect(talk(lab, 'end').every((result) => result % 10 === 0)).toBe(true);
  });
});
