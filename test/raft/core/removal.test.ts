import { describe, expect, it } from 'vitest';
import { term } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import { entryOf } from './support/entries.ts';
import { learner, membersEntry, snapshotOf, voters } from './support/memberships.ts';
import {
  accepted,
  candidate,
  effectsOf,
  ELECTION_TICKS,
  FIVE,
  n1,
  n2,
  n3,
  n4,
  n5,
  preVote,
  preVoteGrant,
  requestVote,
  sent,
  Server,
  THREE,
  voteGrant,
} from './support/server.ts';
import { change, settledLeader } from './support/settled-leader.ts';

describe('a leader that removes itself (dissertation §4.2.2)', () => {
  it('does not count itself from then on', () => {
    const server = settledLeader();
    change(server, voters(n2, n3));
    server.disk();
    server.receive(n2, accepted(server, 2));
    expect(server.core.commitIndex).toBe(1);
  });

  it('leads on until that is committed, and then makes way: first it tells the others, and lets the best take over', () => {
    const server = settledLeader();
    change(server, voters(n2, n3));
    server.propose();
    server.disk();
    server.receive(n2, accepted(server, 2));
    const effects = server.receive(n3, accepted(server, 3));
    expect(server.core.commitIndex).toBe(2);
    expect([server.core.role, server.core.leader]).toEqual(['follower', null]);
    expect(effectsOf(effects, 'role-changed')).toMatchObject([{ reason: 'removed' }]);
    expect(sent(effects, 'heartbeat')).toMatchObject([{ commitIndex: 2 }, { commitIndex: 2 }]);
    expect(sent(effects, 'timeout-now', n3)).toHaveLength(1);
    expect(sent(effects, 'timeout-now', n2)).toEqual([]);
  });

  it('does the same if it becomes a learner', () => {
    const server = settledLeader();
    change(server, [learner(n1), ...voters(n2, n3)]);
    server.disk();
    server.receive(n2, accepted(server, 2));
    server.receive(n3, accepted(server, 2));
    expect(server.core.role).toBe('follower');
  });

  it('and then never campaigns', () => {
    const server = settledLeader();
    change(server, voters(n2, n3));
    server.receive(n2, accepted(server, 2));
    server.receive(n3, accepted(server, 2));
    expect(sent(server.tick(10 * ELECTION_TICKS), 'pre-vote')).toEqual([]);
  });

  it('in a cluster the others go on at once', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(4);
    cluster.changeMembers(n1, voters(n2, n3));
    cluster.deliverAll();
    expect(cluster.leaders.length).toBe(1);
    expect(cluster.leaders).not.toContain(n1);
  });

  it('campaigns as long as its removal is not committed: nobody else may be electable (Figure 4.6)', () => {
    const log = [entryOf(1, 1), membersEntry(1, 2, voters(n2))];
    const server = new Server({ members: [n1, n2], log, term: 1 });
    expect(sent(server.tick(ELECTION_TICKS), 'pre-vote', n2)).toHaveLength(1);
    server.receive(n2, preVoteGrant(2));
    server.disk();
    expect(server.core.role).toBe('candidate');
    server.receive(n2, voteGrant(2));
    expect(server.core.role).toBe('leader');
    server.disk();
    expect(server.core.commitIndex).toBe(0);
    server.receive(n2, accepted(server, 3));
    expect([server.core.commitIndex, server.core.role]).toEqual([3, 'follower']);
  });
});

describe('servers that were removed and do not know it (dissertation §4.2.3)', () => {
  it('unseat nobody: whoever hears a leader does not listen, and the leader does not either', () => {
    const server = settledLeader();
    change(server, voters(n1, n2));
    server.disk();
    server.receive(n2, accepted(server, 2));
    const before = server.core.term;
    server.receive(n3, requestVote(9, { index: 9, term: 8 }));
    server.receive(n3, preVote(9, { index: 9, term: 8 }));
    expect([server.core.role, server.core.term]).toEqual(['leader', before]);
  });

  it('count for nothing, whatever they grant', () => {
    const log = [membersEntry(1, 1, voters(n1, n2, n3))];
    const server = new Server({ members: FIVE, log, term: 1 });
    server.tick(ELECTION_TICKS);
    server.receive(n4, preVoteGrant(2));
    server.receive(n5, preVoteGrant(2));
    expect(server.core.role).toBe('pre-candidate');
    server.receive(n2, preVoteGrant(2));
    expect(server.core.role).toBe('candidate');
  });
});

describe('a candidate that was removed', () => {
  it('gives up when an old leader’s snapshot shows that this is committed', () => {
    const rest = voters(n2, n3);
    const log = [entryOf(1, 1), membersEntry(1, 2, rest), entryOf(1, 3)];
    const { server } = candidate({ log });
    expect(server.core.role).toBe('candidate');
    const meta = snapshotOf(3, 1, rest);
    server.step({ kind: 'snapshot-received', from: n2, term: term(1), meta });
    for (const id of [n2, n3]) server.receive(id, voteGrant(server.core.term));
    expect(server.core.role).toBe('follower');
  });
});
