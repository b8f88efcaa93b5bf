import { describe, expect, it } from 'vitest';
import { term } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import {
  accepted,
  effectsOf,
  ELECTION_TICKS,
  heartbeat,
  heartbeatAnswer,
  HEARTBEAT_TICKS,
  leader,
  n1,
  n2,
  n3,
  sent,
  Server,
  THREE,
} from './support/server.ts';

describe('leadership transfer (dissertation §3.10)', () => {
  it('a caught-up follower leads in the next term, though the others still hear the old leader', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(1);
    cluster.step(n1, { kind: 'transfer', to: n3 });
    cluster.deliverAll();
    expect(cluster.leaders).toEqual([n3]);
    expect(cluster.core(n3).term).toBe(2);
    const told = cluster.effects.flatMap(({ node, effect }) =>
      node === n1 && effect.kind === 'role-changed' ? [effect.reason] : [],
    );
    expect(told).toContain('handed-over');
  });

  it('with nobody named it goes to the one that is furthest ahead', () => {
    const { server } = leader();
    server.receive(n3, accepted(server, 1));
    expect(sent(server.step({ kind: 'transfer', to: null }), 'timeout-now', n3)).toHaveLength(1);
    expect(server.core.transferTarget).toBe(n3);
  });

  it('with nobody named it goes to whoever has everything first, and to nobody else after that', () => {
    const { server } = leader();
    server.receive(n2, accepted(server, 1));
    server.propose();
    expect(sent(server.step({ kind: 'transfer', to: null }), 'timeout-now')).toEqual([]);
    expect(server.core.transferTarget).toBe(n2);
    expect(sent(server.receive(n3, accepted(server, 2)), 'timeout-now', n3)).toHaveLength(1);
    expect(server.core.transferTarget).toBe(n3);
    server.step({ kind: 'transfer', to: null });
    expect(sent(server.receive(n2, accepted(server, 2)), 'timeout-now', n2)).toEqual([]);
    expect(server.core.transferTarget).toBe(n3);
  });

  it('whoever is named is waited for, though another has everything before', () => {
    const { server } = leader();
    server.propose();
    server.step({ kind: 'transfer', to: null });
    server.step({ kind: 'transfer', to: n2 });
    expect(sent(server.receive(n3, accepted(server, 2)), 'timeout-now')).toEqual([]);
    expect(server.core.transferTarget).toBe(n2);
    expect(sent(server.receive(n2, accepted(server, 2)), 'timeout-now', n2)).toHaveLength(1);
  });

  it('takes no proposals meanwhile', () => {
    const { server } = leader();
    server.step({ kind: 'transfer', to: n2 });
    expect(server.propose()).toEqual([{ kind: 'proposal-refused', reason: 'transferring', leader: n1 }]);
  });

  it('brings the target up to date first', () => {
    const { server } = leader();
    server.receive(n2, accepted(server, 1));
    server.propose();
    expect(sent(server.step({ kind: 'transfer', to: n2 }), 'timeout-now')).toEqual([]);
    expect(sent(server.receive(n2, accepted(server, 2)), 'timeout-now', n2)).toHaveLength(1);
  });

  it('gives up after an election timeout, and takes proposals again', () => {
    const { server } = leader();
    server.disk();
    server.step({ kind: 'transfer', to: n2 });
    for (let n = 0; n < ELECTION_TICKS; n += 1) {
      server.tick();
      server.receive(n3, heartbeatAnswer(server));
    }
    expect([server.core.role, server.core.transferTarget]).toEqual(['leader', null]);
    expect(effectsOf(server.propose(), 'proposal-refused')).toEqual([]);
  });

  it('a lost TimeoutNow is repeated', () => {
    const { server } = leader();
    server.receive(n2, accepted(server, 1));
    expect(sent(server.step({ kind: 'transfer', to: n2 }), 'timeout-now')).toHaveLength(1);
    expect(sent(server.tick(HEARTBEAT_TICKS), 'timeout-now', n2)).toHaveLength(1);
  });

  it('the target campaigns at once, without pre-vote, and says why', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, heartbeat(1));
    const effects = [...server.receive(n2, { kind: 'timeout-now', term: term(1) }), ...server.disk()];
    expect(sent(effects, 'pre-vote')).toEqual([]);
    expect(sent(effects, 'request-vote')).toMatchObject([{ reason: 'transfer' }, { reason: 'transfer' }]);
    expect(effectsOf(effects, 'role-changed')).toMatchObject([
      { role: 'candidate', reason: 'asked-to-take-over' },
    ]);
  });

  it('only the leader of this term can ask for it', () => {
    const server = new Server({ term: 2 });
    server.receive(n2, heartbeat(2));
    expect(server.receive(n3, { kind: 'timeout-now', term: term(2) })).toEqual([]);
    expect(server.receive(n2, { kind: 'timeout-now', term: term(1) })).toEqual([]);
    expect(server.core.role).toBe('follower');
  });

  it('a second wish replaces the first; to itself, to a stranger, or from a follower it is nothing', () => {
    const { server } = leader();
    server.step({ kind: 'transfer', to: n2 });
    server.step({ kind: 'transfer', to: n3 });
    expect(server.core.transferTarget).toBe(n3);
    const other = leader().server;
    expect(other.step({ kind: 'transfer', to: n1 })).toEqual([]);
    expect(other.core.transferTarget).toBeNull();
    expect(new Server().step({ kind: 'transfer', to: n2 })).toEqual([]);
  });

  it('there and back again', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    for (const to of [n2, n1, n3]) {
      const [from] = cluster.leaders;
      cluster.pass(2);
      cluster.step(from ?? n1, { kind: 'transfer', to });
      cluster.deliverAll();
      expect(cluster.leaders).toEqual([to]);
    }
  });
});
