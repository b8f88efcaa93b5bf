import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/raft/core/effect.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import { Cluster } from './support/cluster.ts';
import { logOf } from './support/entries.ts';
import {
  ELECTION_TICKS,
  heartbeat,
  n1,
  n2,
  n3,
  preVote,
  preVoteGrant,
  requestVote,
  sent,
  Server,
  THREE,
  appendEntries,
  effectsOf,
  voteGrant,
} from './support/server.ts';

const suspect = (server: Server) => server.step({ kind: 'leader-suspected', leader: n2 });

/** A follower of n2 that has just heard it. */
function follower(): Server {
  const server = new Server({ term: 1 });
  server.receive(n2, heartbeat(1));
  return server;
}

describe('the hint that the leader’s process is gone', () => {
  it('makes this node ask at once whether it could win', () => {
    const server = follower();
    expect(sent(suspect(server), 'pre-vote')).toHaveLength(2);
    expect(server.core.role).toBe('pre-candidate');
  });

  it('changes no term, no vote and no log', () => {
    const server = follower();
    expect(effectsOf(suspect(server), 'persist')).toEqual([]);
    expect([server.core.term, server.core.votedFor, server.core.log.lastIndex]).toEqual([1, null, 0]);
  });

  it('makes this node listen to others that ask, before and in the election', () => {
    const server = follower();
    expect(sent(server.receive(n3, preVote(2)), 'pre-vote-response')).toMatchObject([{ granted: false }]);
    // Its disk is behind, so it cannot campaign itself.
    server.receive(n2, heartbeat(2));
    suspect(server);
    expect(server.core.role).toBe('follower');
    expect(sent(server.receiveDurably(n3, preVote(3)), 'pre-vote-response')).toMatchObject([
      { granted: true },
    ]);
    expect(sent(server.receiveDurably(n3, requestVote(3)), 'request-vote-response')).toMatchObject([
      { granted: true },
    ]);
  });

  it('a round that fails is soon asked again, as long as the hint stands', () => {
    const server = follower();
    suspect(server);
    expect(sent(server.tick(ELECTION_TICKS - 1), 'pre-vote').length).toBeGreaterThanOrEqual(2 * 3);
  });

  it('is void as soon as the leader speaks: by a heartbeat, or by entries', () => {
    for (const word of [heartbeat(1), appendEntries(1, { index: 0, term: 0 })]) {
      const server = follower();
      suspect(server);
      server.receive(n2, word);
      expect([server.core.role, server.core.leader]).toEqual(['follower', n2]);
      expect(sent(server.receive(n3, preVote(2)), 'pre-vote-response')).toMatchObject([{ granted: false }]);
      expect(sent(server.tick(ELECTION_TICKS - 1), 'pre-vote')).toEqual([]);
    }
  });

  it('is void once there is another leader', () => {
    const server = follower();
    suspect(server);
    server.receive(n3, heartbeat(2));
    server.disk();
    expect(sent(server.receive(n2, preVote(3)), 'pre-vote-response')).toMatchObject([{ granted: false }]);
  });

  it('about somebody who does not lead, or told to a leader, is nothing', () => {
    const server = follower();
    expect(server.step({ kind: 'leader-suspected', leader: n3 })).toEqual([]);
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    expect(cluster.step(n1, { kind: 'leader-suspected', leader: n1 })).toEqual([]);
    expect(cluster.core(n1).role).toBe('leader');
  });

  it('wins nothing by itself: the others that still hear the leader refuse', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(4);
    const { term } = cluster.core(n1);
    cluster.step(n2, { kind: 'leader-suspected', leader: n1 });
    cluster.pass(ELECTION_TICKS);
    expect([cluster.leaders, cluster.core(n1).term]).toEqual([[n1], term]);
  });

  it('two that have it elect one of them well within an election timeout', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(4);
    cluster.crash(n1);
    cluster.step(n2, { kind: 'leader-suspected', leader: n1 });
    cluster.deliverAll();
    expect(cluster.leaders).toEqual([]);
    cluster.step(n3, { kind: 'leader-suspected', leader: n1 });
    cluster.pass(ELECTION_TICKS - 1);
    expect(cluster.leaders.length).toBe(1);
  });

  it('a node that refused for its leader’s sake and then has the hint itself is asked again when it asks', () => {
    const server = follower();
    server.receiveDurably(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    suspect(server);
    const effects = server.receive(n3, preVote(2));
    expect(sent(effects, 'pre-vote-response', n3)).toMatchObject([{ granted: false }]);
    expect(sent(effects, 'pre-vote', n3)).toMatchObject([{ nextTerm: 2, lastLogIndex: 1 }]);
    server.receive(n3, preVoteGrant(2));
    expect(server.core.role).toBe('candidate');
  });

  it('of two that ask at the same moment one campaigns: with the longer log, or of equal ones with the lesser name', () => {
    for (const winner of [n1, n3]) {
      const cluster = new Cluster(THREE);
      cluster.elect(n2);
      cluster.pass(4);
      if (winner === n3) {
        cluster.carries = ({ to }) => to === n3;
        cluster.propose(n2);
        cluster.deliverAll();
        cluster.heal();
      }
      cluster.crash(n2);
      cluster.step(n1, { kind: 'leader-suspected', leader: n2 });
      cluster.step(n3, { kind: 'leader-suspected', leader: n2 });
      const { term } = cluster.core(n1);
      cluster.deliverAll();
      expect(cluster.leaders).toEqual([winner]);
      expect(cluster.core(winner).term).toBe(term + 1);
    }
  });

  it('an election that it began and that failed is asked for again soon, too', () => {
    const server = follower();
    suspect(server);
    server.receive(n3, preVoteGrant(2));
    server.disk();
    expect(server.core.role).toBe('candidate');
    server.tick(ELECTION_TICKS - 1);
    expect(server.core.role).toBe('pre-candidate');
  });

  it('leaves an election the time that votes take, however far away the voters are, before it is given up', () => {
    // An answer comes an election timeout after its question, less a tick: without the hint the first election would be won.
    const server = follower();
    const later: { readonly due: number; readonly answer: () => void }[] = [];
    let now = 0;
    const send = (effects: readonly Effect[]): void => {
      for (const { nextTerm } of sent(effects, 'pre-vote', n3))
        later.push({ due: now + ELECTION_TICKS - 1, answer: () => answer(preVoteGrant(nextTerm)) });
      for (const { term } of sent(effects, 'request-vote', n3))
        later.push({ due: now + ELECTION_TICKS - 1, answer: () => answer(voteGrant(term)) });
    };
    const answer = (message: Message): void => {
      send(server.receive(n3, message));
      send(server.disk());
    };
    send(suspect(server));
    for (; now < 10 * ELECTION_TICKS && server.core.role !== 'leader'; now += 1) {
      send(server.tick());
      for (const { due, answer: give } of later) if (due === now) give();
    }
    expect(server.core.role).toBe('leader');
  });
});
