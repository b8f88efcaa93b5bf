import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../../src/raft/core/ids.ts';
import type { Member } from '../../../src/raft/core/membership.ts';
import { Cluster, type Letter } from './support/cluster.ts';
import { command, entryOf } from './support/entries.ts';
import { learner, membersEntry, voter, voters } from './support/memberships.ts';
import {
  accepted,
  effectsOf,
  ELECTION_TICKS,
  FIVE,
  heartbeatAnswer,
  leader,
  n1,
  n2,
  n3,
  n4,
  n5,
  sent,
  Server,
  THREE,
} from './support/server.ts';
import { change, settledLeader } from './support/settled-leader.ts';

const refusals = (server: Server, members: readonly Member[]) =>
  effectsOf(change(server, members), 'change-refused').map(({ reason }) => reason);

describe('changing the membership (dissertation §4.1)', () => {
  it('one server comes: it is sent the log at once, and the majority is that of the new membership', () => {
    const server = settledLeader();
    const effects = change(server, voters(n1, n2, n3, n4));
    expect(effectsOf(effects, 'membership-changed')).toMatchObject([{ committed: false }]);
    expect(sent(effects, 'append-entries', n4)).toMatchObject([{ prevLogIndex: 2, entries: [] }]);
    server.disk();
    expect(effectsOf(server.receive(n2, accepted(server, 2)), 'commit')).toEqual([]);
    expect(effectsOf(server.receive(n3, accepted(server, 2)), 'commit')).toMatchObject([{ index: 2 }]);
  });

  it('one server goes: the others commit that without it', () => {
    const server = settledLeader();
    change(server, voters(n1, n2));
    server.disk();
    server.receive(n3, accepted(server, 2));
    expect(server.core.commitIndex).toBe(1);
    server.receive(n2, accepted(server, 2));
    expect(server.core.commitIndex).toBe(2);
  });

  it('whoever goes is told that its going is committed, and then no more', () => {
    const server = settledLeader();
    change(server, voters(n1, n2));
    server.disk();
    server.receive(n3, accepted(server, 2));
    const effects = server.receive(n2, accepted(server, 2));
    expect(sent(effects, 'heartbeat', n3)).toMatchObject([{ commitIndex: 2 }]);
    expect(server.core.peers.map(({ id }) => id)).toEqual([n2]);
    expect(sent(server.tick(2), 'heartbeat', n3)).toEqual([]);
  });

  it('whoever goes and cannot be told is let go after an election timeout', () => {
    const server = settledLeader();
    change(server, voters(n1, n2));
    server.disk();
    server.receive(n2, accepted(server, 2));
    expect(server.core.peers).toMatchObject([{ id: n2 }, { id: n3, leaving: true }]);
    for (let ticks = 0; ticks < ELECTION_TICKS; ticks += 1) {
      server.tick();
      server.receive(n2, heartbeatAnswer(server));
    }
    expect(server.core.peers).toMatchObject([{ id: n2 }]);
  });

  it('is refused by whoever does not lead, and while leadership is handed over', () => {
    expect(refusals(new Server(), voters(n1, n2))).toEqual(['not-leader']);
    const server = settledLeader();
    server.propose();
    server.step({ kind: 'transfer', to: n2 });
    expect(refusals(server, voters(n1, n2))).toEqual(['transferring']);
  });

  it('one change at a time: the next waits until the one before is committed', () => {
    const server = settledLeader();
    change(server, voters(n1, n2, n3, n4));
    expect(refusals(server, voters(n1, n2, n3))).toEqual(['another-change-under-way']);
    server.disk();
    server.receive(n2, accepted(server, 2));
    server.receive(n3, accepted(server, 2));
    expect(refusals(server, voters(n1, n2, n3))).toEqual([]);
  });

  it('a leader of a new term waits also for the change that it found in its log', () => {
    const { server } = leader({ log: [entryOf(1, 1), membersEntry(1, 2, voters(...THREE))], term: 1 });
    expect(refusals(server, voters(n1, n2))).toEqual(['another-change-under-way']);
  });

  it('one voter at a time, in whichever way it comes or goes', () => {
    const server = settledLeader();
    expect(refusals(server, voters(...FIVE))).toEqual(['too-many-at-once']);
    expect(refusals(server, voters(n1, n2, n4))).toEqual(['too-many-at-once']);
    expect(refusals(server, [...voters(n1), learner(n2), learner(n3)])).toEqual(['too-many-at-once']);
  });

  it('somebody stays', () => {
    const server = settledLeader([n1]);
    expect(refusals(server, [])).toEqual(['nobody-left']);
    expect(refusals(server, [learner(n1)])).toEqual(['nobody-left']);
  });

  it('nothing that could never be committed: too few of those that would be left are heard and count', () => {
    const server = settledLeader();
    for (let ticks = 0; ticks < ELECTION_TICKS; ticks += 1) {
      server.tick();
      server.receive(n3, heartbeatAnswer(server));
    }
    expect(refusals(server, voters(n1, n2))).toEqual(['too-few-would-count']);
    expect(refusals(server, voters(n1, n3))).toEqual([]);
  });

  it('any number of learners and folders may change at once: they change no majority', () => {
    const server = settledLeader();
    const members = [voter(n1, 'another'), voter(n2, 'another'), voter(n3), learner(n4), learner(n5)];
    expect(refusals(server, members)).toEqual([]);
  });

  it('a membership that is proposed like another entry is a mistake of the driver', () => {
    expect(() => settledLeader().propose({ ...command(), kind: 'members' })).toThrow(/membership/);
  });
});

describe('the bug of 2015 in single-server changes', () => {
  it('a leader changes nothing before an entry of its own term is committed', () => {
    const { server } = leader();
    server.disk();
    expect(refusals(server, voters(n1, n2))).toEqual(['leader-too-new']);
    server.receive(n2, accepted(server, 1));
    expect(refusals(server, voters(n1, n2))).toEqual([]);
  });

  it('so the changes of two leaders, neither of which has the other’s, cannot both be committed', () => {
    const FOUR = [n1, n2, n3, n4];
    const cluster = new Cluster(FIVE, (id) => ({
      members: FOUR,
      ...(id === n5 ? { standing: 'recovering' } : {}),
    }));
    cluster.elect(n1);
    cluster.pass(4);
    // n1 lets n5 in, and only the two of them get that entry.
    cluster.carries = ({ from, to }) => [n1, n5].includes(from) && [n1, n5].includes(to);
    cluster.changeMembers(n1, voters(...FIVE));
    cluster.pass(2);
    // The others elect a second leader, which commits nothing yet. Without the rule it could remove n1 at once...
    const among =
      (...ids: readonly NodeId[]) =>
      ({ from, to }: Letter) =>
        ids.includes(from) && ids.includes(to);
    cluster.carries = (letter) =>
      among(n2, n3, n4)(letter) && letter.message.kind !== 'append-entries-accepted';
    cluster.pass(60);
    const second = cluster.leaders.find((id) => id !== n1) ?? n1;
    const [third = n1, fourth = n1] = [n2, n3, n4].filter((id) => id !== second);
    const without = voters(n2, n3, n4);
    expect(effectsOf(cluster.changeMembers(second, without), 'change-refused')).toMatchObject([
      { reason: 'leader-too-new' },
    ]);
    // ...by a majority of its three...
    cluster.carries = among(second, third, fourth);
    cluster.pass(4);
    cluster.carries = among(second, third);
    cluster.changeMembers(second, without);
    cluster.pass(2);
    expect(cluster.core(second).membershipCommitted).toBe(true);
    // ...and n1 lead on by a majority of its five that does not meet it. Now the fourth has an entry of a later term.
    cluster.carries = among(n1, fourth, n5);
    cluster.pass(60);
    expect(cluster.leaders).not.toContain(n1);
  });
});
