import { describe, expect, it } from 'vitest';
import { term } from '../../../src/raft/core/ids.ts';
import { learner, snapshotOf, voter, voters } from './support/memberships.ts';
import {
  accepted,
  effectsOf,
  ELECTION_TICKS,
  heartbeat,
  heartbeatAnswer,
  leader,
  n1,
  n2,
  n3,
  n4,
  requestVote,
  sent,
  Server,
  THREE,
} from './support/server.ts';
import { change } from './support/settled-leader.ts';

describe('learners (dissertation §4.2.1)', () => {
  const members = [voter(n1), voter(n2), learner(n3)];

  it('get the log and count in no majority', () => {
    const { server } = leader({ members: [n1, n2], snapshot: snapshotOf(0, 0, members) });
    expect(server.core.peers.map(({ id }) => id)).toEqual([n2, n3]);
    server.disk();
    server.receive(n3, accepted(server, 1));
    expect(server.core.commitIndex).toBe(0);
    server.receive(n2, accepted(server, 1));
    expect(server.core.commitIndex).toBe(1);
  });

  it('confirm no reads, and keep no leader in office', () => {
    const { server } = leader({ members: [n1, n2], snapshot: snapshotOf(0, 0, members) });
    server.read(1);
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server, 1)), 'read-ready')).toEqual([]);
    for (let ticks = 0; ticks < ELECTION_TICKS; ticks += 1) {
      server.tick();
      server.receive(n3, heartbeatAnswer(server));
    }
    expect(server.core.role).toBe('follower');
  });

  it('do not campaign, not even when told to; when the leader is silent they say that there is none', () => {
    const server = new Server({ id: n3, snapshot: snapshotOf(0, 0, members) });
    server.receive(n1, heartbeat(1));
    server.receive(n1, { kind: 'timeout-now', term: term(1) });
    expect(server.core.role).toBe('follower');
    const effects = server.tick(5 * ELECTION_TICKS);
    expect(sent(effects, 'pre-vote')).toEqual([]);
    expect(effectsOf(effects, 'role-changed')).toMatchObject([{ leader: null, reason: 'leader-lost' }]);
  });

  it('vote if asked: they may be voters by an entry that has not come to them (raft-rs #57)', () => {
    const server = new Server({ id: n3, snapshot: snapshotOf(0, 0, members) });
    expect(sent(server.receiveDurably(n1, requestVote(1)), 'request-vote-response')).toMatchObject([
      { granted: true },
    ]);
    const unnamed = new Server({ id: n4 });
    expect(sent(unnamed.receiveDurably(n1, requestVote(1)), 'request-vote-response')).toMatchObject([
      { granted: true },
    ]);
  });

  it('are handed no leadership', () => {
    const { server } = leader({ members: [n1, n2], snapshot: snapshotOf(0, 0, members) });
    server.receive(n3, accepted(server, 1));
    server.step({ kind: 'transfer', to: n3 });
    expect(server.core.transferTarget).toBeNull();
  });

  it('become voters by one more change', () => {
    const { server } = leader({ members: [n1, n2], snapshot: snapshotOf(0, 0, members) });
    server.disk();
    server.receive(n2, accepted(server, 1));
    change(server, voters(...THREE));
    server.disk();
    server.receive(n3, accepted(server, 2));
    expect(server.core.commitIndex).toBe(2);
  });
});
