import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import type { AdminAnswer, MembersWish } from '../../../src/raft/driver/admin.ts';
import { CatchingUp, ROUNDS } from '../../../src/raft/driver/catching-up.ts';
import type { ClusterMember, MembersPayload } from '../../../src/raft/driver/members-payload.ts';
import { foundingMember } from '../../../src/raft/driver/members-payload.ts';
import type { DeskFacts } from '../../../src/raft/driver/membership-desk.ts';
import { MembershipDesk } from '../../../src/raft/driver/membership-desk.ts';
import { addressesOf } from './support/node-lab.ts';

const [n1, n2, n3, n4] = [nodeId('n1'), nodeId('n2'), nodeId('n3'), nodeId('n4')];
const ELECTION_TICKS = 10;
const voter = (id: typeof n1): ClusterMember => foundingMember(addressesOf(id), `f-${id}`);
const learner: ClusterMember = { ...voter(n4), role: 'learner', promote: true, replaces: n3 };
const of = (...members: ClusterMember[]): MembersPayload => ({
  clusterId: 'c',
  members,
  genesis: new Uint8Array(),
});
const three = of(voter(n1), voter(n2), voter(n3));
const facts = (members: MembersPayload, more: Partial<DeskFacts> = {}): DeskFacts => ({
  self: n1,
  members,
  committed: true,
  lastIndex: 100,
  matchIndexes: new Map(members.members.filter(({ id }) => id !== n1).map(({ id }) => [id, 100])),
  vouching: new Set(members.members.map(({ id }) => id)),
  folders: new Map(members.members.map(({ id, folderId }) => [id, folderId])),
  ...more,
});
const namesIn = (members: MembersPayload | null) => members?.members.map(({ id, role }) => `${id} ${role}`);
const add: MembersWish = { kind: 'add-member', member: { ...addressesOf(n4), folderId: null } };

describe('the membership desk', () => {
  it('wants nothing while all is well', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    for (let n = 0; n < 30; n += 1) expect(desk.tick(facts(three))).toBeNull();
  });

  it('names the new folder of a member that came back with another one, once it has caught up', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const folders = new Map([
      [n1, 'f-n1'],
      [n2, 'new'],
      [n3, 'f-n3'],
    ]);
    const behind = new Map([
      [n2, 50],
      [n3, 100],
    ]);
    for (let n = 0; n < 30; n += 1)
      expect(desk.tick(facts(three, { folders, matchIndexes: behind }))).toBeNull();
    // The round that it finishes now has taken too long to count; the next one is quick.
    expect(desk.tick(facts(three, { folders }))).toBeNull();
    const wanted = desk.tick(facts(three, { folders }));
    expect(wanted?.members.map(({ folderId }) => folderId)).toEqual(['f-n1', 'new', 'f-n3']);
  });

  it('names several folders at once, its own among them', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const folders = new Map([
      [n1, 'new1'],
      [n2, 'new2'],
      [n3, 'new3'],
    ]);
    const wanted = desk.tick(facts(three, { folders }));
    expect(wanted?.members.map(({ folderId }) => folderId)).toEqual(['new1', 'new2', 'new3']);
  });

  it('asks for one change at a time, and answers when it is committed', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const answers: AdminAnswer[] = [];
    desk.request(add, (answer) => answers.push(answer));
    desk.request({ kind: 'remove-member', id: n2 }, (answer) => answers.push(answer));
    const wanted = desk.tick(facts(three));
    expect(namesIn(wanted)).toEqual(['n1 voter', 'n2 voter', 'n3 voter', 'n4 learner']);
    desk.appended();
    expect(desk.tick(facts(wanted!, { committed: false }))).toBeNull();
    expect(answers).toEqual([]);
    const next = desk.tick(facts(wanted!, { folders: new Map([[n1, 'f-n1']]) }));
    expect(answers).toMatchObject([{ kind: 'done' }]);
    expect(namesIn(next)).toEqual(['n1 voter', 'n3 voter', 'n4 learner']);
  });

  it('asks again after a refusal that passes, and gives up after one that does not', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const answers: AdminAnswer[] = [];
    desk.request(add, (answer) => answers.push(answer));
    expect(desk.tick(facts(three))).not.toBeNull();
    desk.refused('leader-too-new');
    for (let n = 1; n < ELECTION_TICKS; n += 1) expect(desk.tick(facts(three))).toBeNull();
    expect(desk.tick(facts(three))).not.toBeNull();
    desk.refused('too-few-would-count');
    expect(answers).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('fewer than a majority') },
    ]);
  });

  it('removes whom two were to replace once, when the first of them votes', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const successor: ClusterMember = { ...learner, role: 'voter', promote: false };
    const other: ClusterMember = { ...learner, ...addressesOf(nodeId('n5')), promote: false };
    const wanted = desk.tick(facts(of(...three.members, successor, other)));
    expect(namesIn(wanted)).toEqual(['n1 voter', 'n2 voter', 'n4 voter', 'n5 learner']);
    expect(wanted?.members.map(({ replaces }) => replaces)).toEqual([null, null, null, null]);
  });

  it('forgets who was to be replaced by whom once that one is removed by itself', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    desk.request({ kind: 'remove-member', id: n3 }, () => undefined);
    const wanted = desk.tick(facts(of(...three.members, learner)));
    expect(namesIn(wanted)).toEqual(['n1 voter', 'n2 voter', 'n4 learner']);
    expect(wanted?.members.map(({ replaces }) => replaces)).toEqual([null, null, null]);
  });

  it('promotes a learner that has caught up and vouches for its disk, and then removes whom it replaces', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const four = of(...three.members, learner);
    expect(desk.tick(facts(four, { vouching: new Set([n1, n2, n3]) }))).toBeNull();
    const promoted = desk.tick(facts(four));
    expect(namesIn(promoted)).toEqual(['n1 voter', 'n2 voter', 'n3 voter', 'n4 voter']);
    desk.appended();
    expect(namesIn(desk.tick(facts(promoted!)))).toEqual(['n1 voter', 'n2 voter', 'n4 voter']);
  });

  it('tells those who wait when its leadership ends: what was under way may have been done', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const answers: AdminAnswer[] = [];
    desk.request(add, (answer) => answers.push(answer));
    desk.request({ kind: 'remove-member', id: n2 }, (answer) => answers.push(answer));
    desk.tick(facts(three));
    desk.appended();
    desk.end(n2);
    expect(answers).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('may have been made or not') },
      { kind: 'not-leader', leader: n2 },
    ]);
  });

  it('keeps no endless queue', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const answers: AdminAnswer[] = [];
    for (let n = 0; n < 100; n += 1) desk.request(add, (answer) => answers.push(answer));
    expect(answers.length).toBe(36);
    expect(answers.every(({ kind }) => kind === 'refused')).toBe(true);
  });
});

describe('catching up', () => {
  it('is a round that takes no longer than an election timeout (dissertation §4.2.1)', () => {
    const catching = new CatchingUp(ELECTION_TICKS);
    for (let n = 1; n <= ELECTION_TICKS; n += 1) expect(catching.tick(n2, n, 100)).toBe('catching-up');
    // The first round is over, late; while it lasted the log grew, and the second round ends there.
    expect(catching.tick(n2, 100, 140)).toBe('catching-up');
    expect(catching.tick(n2, 120, 150)).toBe('catching-up');
    expect(catching.tick(n2, 140, 160)).toBe('caught-up');
    expect(catching.tick(n2, 0, 1_000), 'and stays so').toBe('caught-up');
    catching.forget(n2);
    expect(catching.tick(n2, 0, 1_000)).toBe('catching-up');
  });

  /** Each round takes longer than an election timeout. */
  const slowRounds = (catching: CatchingUp, count: number): void => {
    for (let round = 1; round <= count; round += 1) {
      for (let n = 0; n < ELECTION_TICKS; n += 1) catching.tick(n2, round * 100 - 1, round * 100);
      catching.tick(n2, round * 100, (round + 1) * 100);
    }
  };

  it('has a fixed number of rounds: one that was too slow in each is lagging', () => {
    const catching = new CatchingUp(ELECTION_TICKS);
    slowRounds(catching, ROUNDS - 1);
    expect(catching.lagging.size).toBe(0);
    slowRounds(catching, ROUNDS);
    expect(catching.lagging).toEqual(new Set([n2]));
    expect(catching.tick(n2, 0, 10_000)).toBe('lagging');
  });

  it('is mended by a round that is quick enough, also after the last', () => {
    const catching = new CatchingUp(ELECTION_TICKS);
    slowRounds(catching, ROUNDS);
    expect(catching.tick(n2, 100_000, 100_000)).toBe('caught-up');
    expect(catching.lagging.size).toBe(0);
  });
});

describe('a member that lags for ever', () => {
  /** Ticks in which it is always an election timeout and a bit behind, as over a slow network under load. */
  const lagFor = (
    desk: MembershipDesk,
    members: MembersPayload,
    rounds: number,
    more: Partial<DeskFacts>,
  ): MembersPayload | null => {
    let lastIndex = 1_000;
    for (let n = 0; n < rounds * (2 * ELECTION_TICKS + 2); n += 1) {
      lastIndex += 10;
      const matchIndexes = new Map(
        members.members.map(({ id }) => [id, lastIndex - 10 * (ELECTION_TICKS + 5)]),
      );
      const wanted = desk.tick(facts(members, { lastIndex, matchIndexes, ...more }));
      if (wanted !== null) return wanted;
    }
    return null;
  };

  it('is taken in again after its last round if it is a voter: it can hold nobody up', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const folders = new Map([
      [n1, 'f-n1'],
      [n2, 'new'],
      [n3, 'f-n3'],
    ]);
    const wanted = lagFor(desk, three, 2 * ROUNDS, { folders });
    expect(wanted?.members.map(({ folderId }) => folderId)).toEqual(['f-n1', 'new', 'f-n3']);
  });

  it('is not made a voter if it is a learner, and the leader says so', () => {
    const desk = new MembershipDesk(ELECTION_TICKS);
    const four = of(...three.members, learner);
    expect(lagFor(desk, four, ROUNDS / 2, {})).toBeNull();
    expect(desk.laggingOf(four)).toEqual([]);
    expect(lagFor(desk, four, ROUNDS, {})).toBeNull();
    expect(desk.laggingOf(four)).toEqual([n4]);
    const atTheEnd = facts(four, { lastIndex: 100_000, matchIndexes: new Map([[n4, 100_000]]) });
    // The round that it finishes now has taken too long to count; the next one is quick.
    const promoted = desk.tick(atTheEnd) ?? desk.tick(atTheEnd);
    expect(namesIn(promoted)).toContain('n4 voter');
    expect(desk.laggingOf(four)).toEqual([]);
  });
});
