import { describe, expect, it } from 'vitest';
import { term } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import { logOf } from './support/entries.ts';
import {
  appendEntries,
  candidate,
  effectsOf,
  ELECTION_TICKS,
  FIVE,
  heartbeat,
  leader,
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
} from './support/server.ts';

describe('elections (§5.2)', () => {
  it('making a core asks for nothing and decides nothing', () => {
    const server = new Server({ members: [n1] });
    expect(server.core.role).toBe('follower');
    expect(server.tick()).toEqual([]);
  });

  it('a group of one elects itself after its timeout, and only once its disk has answered', () => {
    const server = new Server({ members: [n1], log: logOf(1) });
    server.tick(ELECTION_TICKS);
    expect(server.core.role).toBe('candidate');
    server.disk();
    expect([server.core.role, server.core.term, server.core.commitIndex]).toEqual(['leader', 2, 0]);
    server.disk();
    expect(server.core.commitIndex).toBe(2);
  });

  it('three nodes elect one leader and agree on its noop', () => {
    const cluster = new Cluster(THREE);
    cluster.pass(60);
    expect(cluster.leaders).toHaveLength(1);
    expect(THREE.map((id) => cluster.core(id).commitIndex)).toEqual([1, 1, 1]);
  });

  it('a vote that arrives twice is one vote', () => {
    const { server } = candidate({ members: FIVE });
    server.receive(n2, voteGrant(1));
    server.receive(n2, voteGrant(1));
    expect(server.core.role).toBe('candidate');
  });

  it('a vote of an earlier term counts for nothing', () => {
    const { server } = candidate({ term: 4 });
    server.receive(n2, voteGrant(4));
    expect([server.core.role, server.core.term]).toEqual(['candidate', 5]);
  });

  it('a refusal is not a vote', () => {
    const { server } = candidate();
    server.receive(n2, { kind: 'request-vote-response', term: term(1), granted: false, standing: 'voting' });
    expect(server.core.role).toBe('candidate');
  });

  it('two of four are no majority; three of five are', () => {
    const four = candidate({ members: FIVE.slice(0, 4) }).server;
    four.receive(n2, voteGrant(1));
    expect(four.core.role).toBe('candidate');
    four.receive(n3, voteGrant(1));
    expect(four.core.role).toBe('leader');
  });

  it('the vote of a term outlives a step down in that term', () => {
    const { server } = candidate();
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }));
    expect(server.core.votedFor).toBe(n1);
    expect(
      sent(server.receiveDurably(n3, requestVote(1, undefined, 'transfer')), 'request-vote-response'),
    ).toEqual([{ kind: 'request-vote-response', term: 1, granted: false, standing: 'voting' }]);
  });

  it('a node with the higher last term is elected though its log is shorter (§5.4.1)', () => {
    const cluster = new Cluster([n1, n2, n3], (id) => ({
      term: 2,
      log: logOf(...(id === n1 ? [2] : [1, 1, 1])),
    }));
    cluster.elect(n1);
    cluster.pass(4);
    expect(cluster.terms(n2)).toEqual([2, 3]);
  });

  it('one who is not in the membership is heard: it may lead a cluster whose changes this node has missed (dissertation §4.1)', () => {
    const server = new Server({ members: THREE });
    expect(server.receive(n1, heartbeat(9))).toEqual([]);
    server.receive(FIVE[4], heartbeat(9));
    expect([server.core.term, server.core.leader]).toEqual([9, FIVE[4]]);
  });

  it('tells the driver of every change of role, term or leader, with the reason', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    const told = cluster.effects
      .filter(({ node }) => node === n1)
      .flatMap(({ effect }) => effectsOf([effect], 'role-changed'));
    expect(told).toEqual([
      { kind: 'role-changed', role: 'pre-candidate', term: 0, leader: null, reason: 'election-timeout' },
      { kind: 'role-changed', role: 'candidate', term: 1, leader: null, reason: 'pre-vote-won' },
      { kind: 'role-changed', role: 'leader', term: 1, leader: n1, reason: 'election-won' },
    ]);
  });
});

describe('pre-vote (dissertation §9.6)', () => {
  it('asks without touching term or vote, and without asking the disk', () => {
    const server = new Server({ term: 3, log: logOf(3) });
    const effects = server.tick(ELECTION_TICKS);
    expect(sent(effects, 'pre-vote')[0]).toEqual({
      kind: 'pre-vote',
      term: 3,
      nextTerm: 4,
      lastLogIndex: 1,
      lastLogTerm: 3,
    });
    expect(effectsOf(effects, 'persist')).toEqual([]);
    expect([server.core.term, server.core.votedFor]).toEqual([3, null]);
  });

  it('a grant changes nothing at the granter: not its term, nor its vote, nor its election timer', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS - 1);
    const effects = server.receive(n2, preVote(1));
    expect(effects).toHaveLength(1);
    expect(sent(effects, 'pre-vote-response')[0]?.granted).toBe(true);
    expect([server.core.term, server.core.votedFor, server.core.role]).toEqual([0, null, 'follower']);
    server.tick();
    expect(server.core.role).toBe('pre-candidate');
  });

  it('a pre-vote is no vote: it does not help a candidate', () => {
    const { server } = candidate();
    server.receive(n2, { ...preVoteGrant(1), term: term(1) });
    expect(server.core.role).toBe('candidate');
  });

  it('a grant of an earlier round counts for nothing', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS);
    server.receive(n2, {
      kind: 'pre-vote-response',
      term: term(5),
      nextTerm: term(1),
      granted: false,
      standing: 'voting',
    });
    server.disk();
    server.tick(ELECTION_TICKS);
    expect([server.core.role, server.core.term]).toEqual(['pre-candidate', 5]);
    server.receive(n3, { ...preVoteGrant(1), term: term(5) });
    expect(server.core.role).toBe('pre-candidate');
    server.receive(n3, preVoteGrant(6));
    expect(server.core.role).toBe('candidate');
  });

  it('a sender that is behind is answered with the higher term, never with silence', () => {
    const server = new Server({ term: 7, log: logOf(1) });
    expect(sent(server.receive(n2, preVote(6, { index: 5, term: 5 })), 'pre-vote-response')).toEqual([
      { kind: 'pre-vote-response', term: 7, nextTerm: 6, granted: false, standing: 'voting' },
    ]);
  });

  it('a long log in a low term and a short log in a high term do not block each other', () => {
    const cluster = new Cluster(THREE, (id) =>
      id === n1 ? { term: 5, log: logOf(1, 5, 5) } : { term: 9, log: logOf(1) },
    );
    cluster.crash(n3);
    cluster.pass(100);
    expect(cluster.leaders).toEqual([n1]);
    expect(cluster.terms(n2).slice(0, 3)).toEqual([1, 5, 5]);
  });

  it('a node that was cut off comes back without disturbing anyone', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.isolate(n3);
    cluster.pass(100);
    expect(cluster.core(n3).term).toBe(1);
    cluster.heal();
    cluster.pass(30);
    expect([cluster.leaders, cluster.core(n1).term, cluster.core(n3).role]).toEqual([[n1], 1, 'follower']);
  });

  it('a pre-candidate that grants a real vote gives that candidate time', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS);
    expect(sent(server.receiveDurably(n2, requestVote(1)), 'request-vote-response')[0]?.granted).toBe(true);
    expect(server.core.role).toBe('follower');
    server.tick(ELECTION_TICKS - 1);
    expect(server.core.role).toBe('follower');
  });
});

describe('leader stickiness (dissertation §4.2.3)', () => {
  it('a node that hears its leader refuses votes, and does not take over the term', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, heartbeat(1));
    server.tick(ELECTION_TICKS - 1);
    expect(sent(server.receive(n3, requestVote(5)), 'request-vote-response')).toEqual([
      { kind: 'request-vote-response', term: 1, granted: false, standing: 'voting' },
    ]);
    expect(sent(server.receive(n3, preVote(5)), 'pre-vote-response')[0]?.granted).toBe(false);
    expect(server.core.term).toBe(1);
  });

  it('it listens to a campaign that the leader itself asked for', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, heartbeat(1));
    const effects = server.receiveDurably(n3, requestVote(2, undefined, 'transfer'));
    expect(sent(effects, 'request-vote-response')[0]?.granted).toBe(true);
  });

  it('it does not hold on to a leader against that leader itself', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, heartbeat(1));
    expect(sent(server.receive(n2, preVote(2)), 'pre-vote-response')[0]?.granted).toBe(true);
  });

  it('a leader with a quorum does not listen either', () => {
    const { server } = leader();
    expect(sent(server.receive(n3, requestVote(5)), 'request-vote-response')[0]?.granted).toBe(false);
    expect([server.core.role, server.core.term]).toEqual(['leader', 1]);
  });

  it('a candidate stuck in a later term is set free: its answer to a heartbeat makes the leader step down', () => {
    const { server } = leader();
    server.receive(n3, { kind: 'heartbeat-response', term: term(5), readSeq: 0 });
    expect([server.core.role, server.core.term]).toEqual(['follower', 5]);
  });
});

describe('check-quorum (dissertation §6.2)', () => {
  it('a leader that no majority answers for an election timeout steps down, in its term', () => {
    const { server } = leader();
    server.disk();
    const effects = server.tick(ELECTION_TICKS);
    expect(effectsOf(effects, 'role-changed')).toMatchObject([
      { role: 'follower', term: 1, reason: 'quorum-lost' },
    ]);
    expect(server.core.votedFor).toBe(n1);
  });

  it('a leader that a majority answers stays, and old answers do not count for ever', () => {
    const { server } = leader({ members: FIVE });
    server.disk();
    const hear = (...ids: readonly (typeof n2)[]): void => {
      for (const id of ids) server.receive(id, { kind: 'heartbeat-response', term: term(1), readSeq: 0 });
    };
    server.tick(ELECTION_TICKS - 1);
    hear(n2, n3);
    server.tick(ELECTION_TICKS - 1);
    hear(n2);
    expect(server.core.role).toBe('leader');
    server.tick();
    expect(server.core.role).toBe('follower');
  });

  it('a group of one is its own majority', () => {
    const server = new Server({ members: [n1] });
    server.tick(ELECTION_TICKS);
    server.disk();
    server.disk();
    server.tick(5 * ELECTION_TICKS);
    expect(server.core.role).toBe('leader');
  });

  it('on the other side of a partition a new leader is found, and the old one has stepped down', () => {
    const cluster = new Cluster(FIVE);
    cluster.elect(n1);
    cluster.isolate(n1, n2);
    cluster.pass(100);
    expect(cluster.leaders).toHaveLength(1);
    expect(cluster.core(n1).role).not.toBe('leader');
    cluster.heal();
    cluster.pass(40);
    expect(new Set(FIVE.map((id) => cluster.core(id).leader)).size).toBe(1);
  });
});
