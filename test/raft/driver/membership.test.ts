import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import type { AdminAnswer, AdminWish } from '../../../src/raft/driver/admin.ts';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { addressesOf, bornLab, LAB_SETTINGS } from './support/node-lab.ts';

const newMember = (name: string) => ({ ...addressesOf(nodeId(name)), folderId: null });
const rolesOf = ({ node }: LabNode): Record<string, string> =>
  Object.fromEntries(node.snapshot().members.map(({ id, role }) => [id, role]));
const ask = (lab: LabNode, wish: AdminWish): AdminAnswer[] => {
  const answers: AdminAnswer[] = [];
  lab.node.administer(wish, (answer) => answers.push(answer));
  return answers;
};

/** A node submits without a pause while the lab goes on; returns how many were acknowledged in the end. */
function underLoad(lab: NodeLab, submitter: LabNode, ticks: number, until: () => boolean): boolean {
  let sent = 0;
  return lab.pass(ticks, () => {
    lab.submit(submitter, `load ${(sent += 1)}`);
    return until();
  });
}

describe('a node that is added', () => {
  it('learns everything, votes once it has caught up, and serves', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    for (let n = 0; n < 50; n += 1) lab.submit(leader, `m${n}`);
    lab.settle();
    const joining = lab.join('n4');
    lab.connectAll();
    lab.pass(20);
    expect(joining.node.snapshot().clusterId, 'nobody lets it in before it was added').toBeNull();
    expect(joining.node.snapshot().waitingFor).toContain('not a member of this cluster');

    const answers = ask(leader, { kind: 'add-member', member: newMember('n4') });
    expect(lab.pass(20, () => answers.length > 0)).toBe(true);
    expect(answers).toMatchObject([{ kind: 'done' }]);
    expect(rolesOf(leader)).toEqual({ n1: 'voter', n2: 'voter', n3: 'voter', n4: 'learner' });
    const promoted = () => lab.nodes.every((one) => rolesOf(one)['n4'] === 'voter');
    expect(underLoad(lab, leader, 300, promoted)).toBe(true);
    expect(lab.pass(100, () => lab.isSettled && joining.node.snapshot().incarnation !== null)).toBe(true);
    expect(joining.node.snapshot().standing).toBe('voting');
    const id = lab.submit(joining, 'mine');
    expect(lab.pass(50, () => joining.notes.results.has(id))).toBe(true);
    expect(leader.events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['member-added', 'member-promoted']),
    );
    expect(leader.dials.map(({ id }) => id)).toContain('n4');
  });

  it('is sent a snapshot when the log no longer reaches back to the beginning', () => {
    const lab = bornLab(3, {
      settings: { ...LAB_SETTINGS, snapshots: { ...LAB_SETTINGS.snapshots, everyLogBytes: 10_000 } },
    });
    const leader = lab.leader!;
    for (let n = 0; n < 100; n += 1) {
      lab.submit(leader, `m${n}`.padEnd(400));
      lab.settle();
    }
    const joining = lab.join('n4');
    lab.connectAll();
    ask(leader, { kind: 'add-member', member: newMember('n4') });
    expect(lab.pass(400, () => rolesOf(joining)['n4'] === 'voter' && lab.isSettled)).toBe(true);
    expect(joining.notes.bodies).toHaveLength(100);
    expect(joining.node.snapshot().standing).toBe('voting');
  });

  it('is refused with a sentence when it is a member already or listens where one does, or the wish reaches another node than the leader', () => {
    const lab = bornLab(3);
    const follower = lab.nodes.find((one) => one !== lab.leader)!;
    const twice = ask(lab.leader!, { kind: 'add-member', member: newMember('n2') });
    const peer = addressesOf(nodeId('n2')).peer;
    const inItsPlace = ask(lab.leader!, { kind: 'add-member', member: { ...newMember('n4'), peer } });
    const astray = ask(follower, { kind: 'add-member', member: newMember('n4') });
    expect(lab.pass(30, () => twice.length > 0 && inItsPlace.length > 0 && astray.length > 0)).toBe(true);
    expect(inItsPlace).toMatchObject([
      { kind: 'refused', why: `n2 listens for the others on ${peer} already; say where n4 does` },
    ]);
    expect(twice).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('n2 is a member already') },
    ]);
    expect(astray).toEqual([{ kind: 'not-leader', leader: lab.leader!.id }]);
  });
});

describe('a node that is removed', () => {
  it('knows it and says so, and its incarnation is ended', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const gone = lab.nodes.find((one) => one !== leader)!;
    const answers = ask(leader, { kind: 'remove-member', id: gone.id });
    expect(lab.pass(50, () => answers.length > 0)).toBe(true);
    expect(answers).toMatchObject([{ kind: 'done' }]);
    expect(lab.pass(100, () => gone.node.snapshot().removed)).toBe(true);
    const ended = () =>
      leader.events.some((event) => event.kind === 'incarnation-ended' && event.node === gone.id);
    expect(lab.pass(50, ended)).toBe(true);
    lab.pass(200);
    expect(lab.leader, 'it disturbs nobody').toBe(leader);
    lab.submit(leader, 'after');
    expect(lab.pass(20, () => leader.notes.answered === 1)).toBe(true);
  });

  it('learns so when it was not there as it happened', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const gone = lab.nodes.find((one) => one !== leader)!;
    lab.kill(gone);
    ask(leader, { kind: 'remove-member', id: gone.id });
    lab.pass(50);
    expect(Object.keys(rolesOf(leader))).not.toContain(gone.id);
    lab.start(gone);
    expect(lab.pass(50, () => gone.node.snapshot().removed)).toBe(true);
    lab.pass(200);
    expect(lab.leader).toBe(leader);
  });

  it('may be the leader: it makes way once the change is committed', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const answers = ask(leader, { kind: 'remove-member', id: leader.id });
    const others = lab.nodes.filter((one) => one !== leader);
    const settled = () =>
      others.some(({ node }) => node.core?.role === 'leader') && leader.node.core?.role !== 'leader';
    expect(lab.pass(200, settled)).toBe(true);
    expect(answers).toMatchObject([{ kind: 'done' }]);
    const id = lab.submit(others[0]!, 'after');
    expect(lab.pass(100, () => others[0]!.notes.results.has(id))).toBe(true);
    expect(rolesOf(others[0]!)).toEqual(Object.fromEntries(others.map((one) => [one.id, 'voter'])));
  });

  it('is not the last one that votes', () => {
    const lab = bornLab(1);
    const answers = ask(lab.at(0), { kind: 'remove-member', id: lab.at(0).id });
    expect(lab.pass(20, () => answers.length > 0)).toBe(true);
    expect(answers).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('the last node that votes') },
    ]);
  });
});

describe('a node that is replaced', () => {
  it('goes once the new one votes, under load', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const old = lab.nodes.find((one) => one !== leader)!;
    lab.kill(old);
    lab.join('n4');
    lab.connectAll();
    ask(leader, { kind: 'replace-member', old: old.id, member: newMember('n4') });
    const replaced = () => {
      const roles = rolesOf(leader);
      return roles['n4'] === 'voter' && roles[old.id] === undefined;
    };
    expect(underLoad(lab, leader, 400, replaced)).toBe(true);
    expect(lab.pass(200, () => lab.isSettled)).toBe(true);
    expect(leader.notes.voidedIds).toEqual([]);
  });

  it('may all be replaced, one by one, and nothing is lost', () => {
    const lab = bornLab(3);
    for (let n = 0; n < 20; n += 1) lab.submit(lab.leader!, `m${n}`);
    lab.settle();
    for (const [old, name] of [
      ['n1', 'n4'],
      ['n2', 'n5'],
      ['n3', 'n6'],
    ] as const) {
      lab.join(name);
      lab.connectAll();
      expect(lab.pass(200, () => lab.leader !== undefined)).toBe(true);
      const leader = lab.leader!;
      const answers = ask(leader, { kind: 'replace-member', old: nodeId(old), member: newMember(name) });
      const done = () =>
        lab.leader !== undefined &&
        rolesOf(lab.leader)[old] === undefined &&
        rolesOf(lab.leader)[name] === 'voter';
      expect(lab.pass(500, done), `${old} by ${name}: ${JSON.stringify(answers)}`).toBe(true);
      lab.pass(50);
      lab.kill(lab.get(nodeId(old)));
    }
    expect(lab.pass(200, () => lab.leader !== undefined && lab.isSettled)).toBe(true);
    const settled = new Set(lab.running.map((one) => one.settledMembersIndex));
    expect([...settled], 'that it is committed is noted by all').toEqual([
      lab.leader!.node.core?.membershipIndex,
    ]);
    expect(lab.running.map(({ id }) => id)).toEqual(['n4', 'n5', 'n6']);
    for (const one of lab.running) expect(one.notes.bodies).toHaveLength(20);
  });
});
