import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import { logOf } from './support/entries.ts';
import { snapshotOf, voter, voters } from './support/memberships.ts';
import {
  accepted,
  effectsOf,
  ELECTION_TICKS,
  FIVE,
  heartbeatAnswer,
  n1,
  n2,
  n3,
  preVote,
  preVoteGrant,
  requestVote,
  sent,
  Server,
  THREE,
  voteGrant,
  type Found,
} from './support/server.ts';
import { FORMER, SUSPECT } from './support/suspect.ts';

/** n1, which has committed all that was acknowledged, is gone, and another one has lost the end of its log: nobody may lead without n1. */
function expectToWaitForN1(cluster: Cluster, cut: { readonly id: NodeId; readonly lost: number }): void {
  const { commitIndex } = cluster.core(n1);
  cluster.crash(n1);
  cluster.crash(cut.id);
  cluster.doubt(cut.id, cut.lost);
  cluster.restart(cut.id);
  cluster.heal();
  cluster.pass(60);
  expect(cluster.leaders).toEqual([]);
  cluster.restart(n1);
  cluster.pass(60);
  expect(cluster.leaders).toEqual([n1]);
  expect(cluster.core(n1).commitIndex).toBeGreaterThanOrEqual(commitIndex);
}

describe('unanimity: too few can vouch for their disks, and all are there', () => {
  it('a node that kept its log gives its vote, and says what it is worth', () => {
    const server = new Server(SUSPECT);
    expect(sent(server.receive(n2, preVote(2, { index: 2, term: 1 })), 'pre-vote-response')).toMatchObject([
      { granted: true, standing: 'recovering' },
    ]);
    expect(
      sent(server.receiveDurably(n2, requestVote(2, { index: 2, term: 1 })), 'request-vote-response'),
    ).toMatchObject([{ granted: true, standing: 'recovering' }]);
  });

  it('not to a log that ends before its own: what it kept is not to be lost (§5.4.1)', () => {
    const server = new Server(SUSPECT);
    expect(
      sent(server.receiveDurably(n2, requestVote(2, { index: 1, term: 1 })), 'request-vote-response'),
    ).toMatchObject([{ granted: false }]);
  });

  const elected = (found: Found, ...granting: readonly NodeId[]): Server => {
    const server = new Server(found);
    server.tick(ELECTION_TICKS);
    for (const id of granting) server.receive(id, preVoteGrant(2, 1, 'recovering'));
    server.disk();
    for (const id of granting) server.receive(id, voteGrant(2, 'recovering'));
    return server;
  };

  it('it may campaign, and wins with all of them', () => {
    expect(elected(SUSPECT, n2).core.role).not.toBe('leader');
    expect(elected(SUSPECT, n2, n3).core.role).toBe('leader');
  });

  it('one that can vouch needs all of them just the same, if the others cannot', () => {
    const found: Found = { log: logOf(1, 1), term: 1 };
    expect(elected(found, n2).core.role).not.toBe('leader');
    expect(elected(found, n2, n3).core.role).toBe('leader');
  });

  it('it wins by a majority of those that can, without counting itself', () => {
    const server = new Server({
      ...SUSPECT,
      snapshot: snapshotOf(0, 0, [voter(n1, FORMER), ...FIVE.slice(1).map((id) => voter(id))]),
    });
    server.tick(ELECTION_TICKS);
    for (const id of FIVE.slice(1, 4)) server.receive(id, preVoteGrant(2));
    server.disk();
    for (const id of FIVE.slice(1, 3)) server.receive(id, voteGrant(2));
    expect(server.core.role).toBe('candidate');
    server.receive(FIVE[3], voteGrant(2));
    expect([server.core.role, server.core.vouched]).toEqual(['leader', []]);
    server.disk();
    for (const id of FIVE.slice(1, 3)) server.receive(id, accepted(server, 3));
    expect(server.core.commitIndex).toBe(0);
    server.receive(FIVE[3], accepted(server, 3));
    expect(server.core.commitIndex).toBe(3);
  });

  it('alone in its cluster it comes back by itself', () => {
    const server = elected({ ...SUSPECT, snapshot: snapshotOf(0, 0, [voter(n1, FORMER)]) });
    expect([server.core.role, server.core.vouched]).toEqual(['leader', [n1]]);
    server.disk();
    expect(server.core.commitIndex).toBe(3);
  });

  it('whoever is elected so counts all of them in its term: no log and no term of theirs is beyond its own', () => {
    const server = elected(SUSPECT, n2, n3);
    expect(server.core.vouched).toEqual([...THREE]);
    server.disk();
    server.receive(n2, accepted(server, 3, 'recovering'));
    expect(server.core.commitIndex).toBe(3);
    server.read(1);
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server, 1)), 'read-ready')).toHaveLength(1);
  });

  it('but not one that is emptied after that', () => {
    const server = elected(SUSPECT, n2, n3);
    server.step({ kind: 'peer-replaced', peer: n2 });
    server.disk();
    server.receive(n2, accepted(server, 3, 'recovering'));
    expect([server.core.vouched, server.core.commitIndex]).toEqual([[n1, n3], 0]);
    server.receive(n3, accepted(server, 3, 'recovering'));
    expect(server.core.commitIndex).toBe(3);
  });

  it('nor one that was emptied after it had voted', () => {
    const server = new Server(SUSPECT);
    server.tick(ELECTION_TICKS);
    for (const id of [n2, n3]) server.receive(id, preVoteGrant(2, 1, 'recovering'));
    server.disk();
    server.receive(n2, voteGrant(2, 'recovering'));
    server.step({ kind: 'peer-replaced', peer: n2 });
    server.receive(n3, voteGrant(2, 'recovering'));
    expect(server.core.role).toBe('candidate');
  });

  it('after a power cut of all three in mid-batch, the cluster comes back with all that was acknowledged', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    for (let n = 0; n < 5; n += 1) cluster.propose(n1, n);
    cluster.pass(4);
    const { commitIndex } = cluster.core(n1);
    for (const id of THREE) {
      cluster.crash(id);
      cluster.doubt(id);
      cluster.restart(id);
    }
    cluster.pass(40);
    const [found = n1] = cluster.leaders;
    expect(cluster.core(found).vouched.toSorted()).toEqual([...THREE]);
    expect(cluster.core(found).commitIndex).toBeGreaterThan(commitIndex);
    cluster.changeMembers(
      found,
      THREE.map((id) => voter(id, cluster.folderId(id))),
    );
    cluster.pass(4);
    expect(THREE.map((id) => cluster.core(id).standing)).toEqual(['voting', 'voting', 'voting']);
  });

  it('a second power cut before all are readmitted changes nothing of that', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(4);
    const cut = (): void => {
      for (const id of THREE) {
        cluster.crash(id);
        cluster.doubt(id);
        cluster.restart(id);
      }
      cluster.pass(40);
    };
    cut();
    const [found = n1] = cluster.leaders;
    // The readmission is on all disks and committed on none.
    cluster.carries = ({ message }) => message.kind !== 'append-entries-accepted';
    cluster.changeMembers(
      found,
      THREE.map((id) => voter(id, cluster.folderId(id))),
    );
    cluster.deliverAll();
    cluster.heal();
    cut();
    expect(cluster.leaders.length).toBe(1);
  });

  it('with one log cut among intact ones, nothing that it acknowledged is lost', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.isolate(n3);
    for (let n = 0; n < 5; n += 1) cluster.propose(n1, n);
    cluster.pass(4);
    // n2 and n3 hold it no more.
    expectToWaitForN1(cluster, { id: n2, lost: 3 });
  });
});

describe('unanimity while the membership changes', () => {
  it('one that is to be removed speaks too, as long as that is not known to be committed', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n2);
    cluster.pass(4);
    // n2 removes n1, and is cut off before anybody hears of it; n3 elects n1, and they commit without n2.
    cluster.isolate(n2);
    cluster.changeMembers(n2, voters(n2, n3));
    cluster.deliverAll();
    cluster.tick(n3, 2 * ELECTION_TICKS);
    cluster.letters = [];
    cluster.elect(n1);
    for (let n = 0; n < 3; n += 1) cluster.propose(n1, n);
    cluster.pass(4);
    // n3 has forgotten its vote and all that it acknowledged, and n2 never heard of either.
    expectToWaitForN1(cluster, { id: n3, lost: 4 });
  });

  it('one that is gone is not waited for, though all power fails after that', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n2);
    cluster.pass(4);
    cluster.changeMembers(n2, voters(n2, n3));
    cluster.pass(4);
    cluster.crash(n1);
    for (const id of [n2, n3]) {
      cluster.crash(id);
      cluster.doubt(id);
      cluster.restart(id);
    }
    cluster.pass(60);
    expect(cluster.leaders.length).toBe(1);
  });
});
