import { describe, expect, it } from 'vitest';
import { readId } from '../../../src/ordered-log/ids.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import { seededRandom } from '../../../src/raft/core/random.ts';
import { Cluster } from './support/cluster.ts';
import { logOf } from './support/entries.ts';
import {
  accepted,
  effectsOf,
  ELECTION_TICKS,
  FIVE,
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

const readRequest = (requestTerm: number, id: number): Message => ({
  kind: 'read-index-request',
  term: term(requestTerm),
  id,
});

const readAnswer = (answerTerm: number, id: number, readIndex: number | null): Message => ({
  kind: 'read-index-response',
  term: term(answerTerm),
  id,
  readIndex: readIndex === null ? null : logIndex(readIndex),
});

/** A leader that has committed its noop at index 1. */
function established(): Server {
  const { server } = leader();
  server.disk();
  server.receive(n2, accepted(server, 1));
  return server;
}

describe('ReadIndex on the leader (dissertation §6.4)', () => {
  it('asks all at once, and is ready when a majority has answered that round', () => {
    const server = established();
    expect(sent(server.read(1), 'heartbeat')).toMatchObject([{ readSeq: 1 }, { readSeq: 1 }]);
    expect(effectsOf(server.receive(n2, heartbeatAnswer(server, 1)), 'read-ready')).toEqual([
      { kind: 'read-ready', id: 1, index: 1 },
    ]);
  });

  it('an answer to an earlier round confirms nothing that was asked after it', () => {
    const server = established();
    server.read(1);
    server.receive(n2, heartbeatAnswer(server, 1));
    server.read(2);
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server, 1)), 'read-ready')).toEqual([]);
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server, 2)), 'read-ready')).toMatchObject([
      { id: 2 },
    ]);
  });

  it('one of four others is no majority of five', () => {
    const { server } = leader({ members: FIVE });
    server.read(1);
    expect(effectsOf(server.receive(n2, heartbeatAnswer(server, 1)), 'read-ready')).toEqual([]);
    expect(effectsOf(server.receive(n2, heartbeatAnswer(server, 1)), 'read-ready')).toEqual([]);
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server, 1)), 'read-ready')).toHaveLength(1);
  });

  it('a new leader’s reads wait for the noop of its own term', () => {
    const { server } = leader({ log: logOf(1, 1, 1) });
    server.read(1);
    expect(effectsOf(server.receive(n2, heartbeatAnswer(server, 1)), 'read-ready')).toEqual([
      { kind: 'read-ready', id: 1, index: 4 },
    ]);
    expect(server.core.commitIndex).toBe(0);
  });

  it('many reads share a round: those that come while one is under way wait for the next', () => {
    const server = established();
    server.read(1);
    expect(sent(server.read(2), 'heartbeat')).toEqual([]);
    expect(sent(server.read(3), 'heartbeat')).toEqual([]);
    const effects = server.receive(n2, heartbeatAnswer(server, 1));
    expect(effectsOf(effects, 'read-ready')).toMatchObject([{ id: 1 }]);
    expect(sent(effects, 'heartbeat')).toMatchObject([{ readSeq: 2 }, { readSeq: 2 }]);
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server, 2)), 'read-ready')).toMatchObject([
      { id: 2 },
      { id: 3 },
    ]);
  });

  it('if a round’s messages are lost the next heartbeat begins the next', () => {
    const server = established();
    server.read(1);
    server.read(2);
    expect(sent(server.tick(HEARTBEAT_TICKS), 'heartbeat', n2)).toMatchObject([{ readSeq: 2 }]);
    expect(effectsOf(server.receive(n2, heartbeatAnswer(server, 2)), 'read-ready')).toMatchObject([
      { id: 1 },
      { id: 2 },
    ]);
  });

  it('the index is the commit index at the read’s arrival, not at its answer', () => {
    const server = established();
    server.read(1);
    server.propose();
    server.disk();
    server.receive(n2, accepted(server, 2));
    expect(server.core.commitIndex).toBe(2);
    expect(effectsOf(server.receive(n2, heartbeatAnswer(server, 1)), 'read-ready')).toMatchObject([
      { index: 1 },
    ]);
  });

  it('a group of one answers at once', () => {
    const server = new Server({ members: [n1] });
    server.tick(ELECTION_TICKS);
    server.disk();
    expect(effectsOf(server.read(1), 'read-ready')).toEqual([{ kind: 'read-ready', id: 1, index: 1 }]);
  });

  it('what waits is refused when leadership is lost, to its own driver and to followers', () => {
    const server = established();
    server.read(1);
    server.receive(n3, readRequest(1, 77));
    const effects = [
      ...server.receive(n2, { kind: 'heartbeat-response', term: term(4), readSeq: 1 }),
      ...server.disk(),
    ];
    expect(effectsOf(effects, 'read-failed')).toEqual([
      { kind: 'read-failed', id: 1, reason: 'leadership-lost' },
    ]);
    expect(sent(effects, 'read-index-response', n3)).toEqual([
      { kind: 'read-index-response', term: 4, id: 77, readIndex: null },
    ]);
    expect(effectsOf(effects, 'read-ready')).toEqual([]);
  });

  it('an answer after leadership was lost and won again confirms nothing of before', () => {
    const server = established();
    server.read(1);
    server.tick(ELECTION_TICKS);
    expect(server.core.role).toBe('follower');
    expect(server.receive(n2, heartbeatAnswer(server, 1))).toEqual([]);
  });

  it('whoever refuses an earlier leader’s heartbeat confirms no round, for its answer may meet a leader of its own term', () => {
    const follower = new Server({ term: 5 });
    expect(sent(follower.receive(n2, heartbeat(4, 0, 10)), 'heartbeat-response')).toEqual([
      { kind: 'heartbeat-response', term: 5, readSeq: 0 },
    ]);
  });

  it('does not gather reads without end', () => {
    const server = established();
    for (let id = 0; id < 10_000; id += 1) server.read(id);
    expect(server.read(10_000)).toEqual([{ kind: 'read-failed', id: 10_000, reason: 'too-many' }]);
    expect(sent(server.receive(n2, readRequest(1, 5)), 'read-index-response')).toMatchObject([
      { readIndex: null },
    ]);
  });
});

describe('ReadIndex on a follower', () => {
  const follower = (): Server => {
    const server = new Server({ term: 1 });
    server.receive(n2, heartbeat(1));
    return server;
  };
  const ask = (server: Server, id: number): number =>
    sent(server.read(id), 'read-index-request', n2)[0]?.id ?? -1;

  it('asks the leader under a number of its own and passes the answer on', () => {
    const server = follower();
    const number = ask(server, 8);
    expect(server.receive(n2, readAnswer(1, number, 5))).toEqual([{ kind: 'read-ready', id: 8, index: 5 }]);
  });

  it('uses each number once, and other numbers in its next life', () => {
    const life = (seed: number): Server => {
      const server = new Server({ term: 1, options: { random: seededRandom(seed) } });
      server.receive(n2, heartbeat(1));
      return server;
    };
    const first = life(1);
    expect(ask(first, 1)).not.toBe(ask(first, 2));
    const second = life(2);
    expect(Math.abs(ask(second, 1) - ask(first, 3))).toBeGreaterThan(1_000_000);
  });

  it('ignores answers that nobody waits for: repeated, from a stranger to the question, or of another number', () => {
    const server = follower();
    const number = ask(server, 8);
    expect(server.receive(n2, readAnswer(1, number + 1, 5))).toEqual([]);
    expect(server.receive(n3, readAnswer(1, number, 5))).toEqual([]);
    server.receive(n2, readAnswer(1, number, 5));
    expect(server.receive(n2, readAnswer(1, number, 5))).toEqual([]);
  });

  it('says so when the leader refuses, when there is none, and when no answer comes', () => {
    const server = follower();
    const refused = ask(server, 1);
    expect(server.receive(n2, readAnswer(1, refused, null))).toMatchObject([
      { id: 1, reason: 'refused-by-leader' },
    ]);
    const unanswered = ask(server, 2);
    server.tick(ELECTION_TICKS - 1);
    server.receive(n2, heartbeat(1));
    expect(effectsOf(server.tick(), 'read-failed')).toEqual([
      { kind: 'read-failed', id: 2, reason: 'timed-out' },
    ]);
    expect(server.receive(n2, readAnswer(1, unanswered, 5))).toEqual([]);
    expect(new Server().read(3)).toEqual([{ kind: 'read-failed', id: 3, reason: 'no-leader' }]);
  });

  it('gives up what waits when the leader changes, and ignores the old one’s answer', () => {
    const server = follower();
    const number = ask(server, 1);
    expect(effectsOf(server.receive(n3, heartbeat(2)), 'read-failed')).toMatchObject([
      { reason: 'leadership-lost' },
    ]);
    expect(effectsOf(server.receive(n2, readAnswer(1, number, 5)), 'read-ready')).toEqual([]);
  });

  it('a pre-candidate knows no leader', () => {
    const server = follower();
    server.tick(ELECTION_TICKS);
    expect(server.read(1)).toMatchObject([{ reason: 'no-leader' }]);
  });

  it('whoever does not lead refuses at once', () => {
    expect(sent(follower().receive(n3, readRequest(1, 4)), 'read-index-response')).toEqual([
      { kind: 'read-index-response', term: 1, id: 4, readIndex: null },
    ]);
    expect(sent(leader({ term: 6 }).server.receive(n3, readRequest(2, 4)), 'read-index-response')).toEqual([
      { kind: 'read-index-response', term: 7, id: 4, readIndex: null },
    ]);
  });

  it('through a whole cluster: ready at an index that covers what was committed before', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.propose(n1);
    cluster.deliverAll();
    cluster.step(n3, { kind: 'read', id: readId(1) });
    cluster.deliverAll();
    expect(cluster.effects.filter(({ effect }) => effect.kind === 'read-ready')).toEqual([
      { node: n3, effect: { kind: 'read-ready', id: 1, index: 2 } },
    ]);
  });

  it('a leader cut off from its followers serves no read, while the others elect another', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.isolate(n1);
    cluster.step(n1, { kind: 'read', id: readId(1) });
    cluster.pass(60);
    const told = cluster.effects.filter(
      ({ effect }) => effect.kind === 'read-ready' || effect.kind === 'read-failed',
    );
    expect(told).toEqual([{ node: n1, effect: { kind: 'read-failed', id: 1, reason: 'leadership-lost' } }]);
    expect(cluster.leaders).not.toContain(n1);
  });
});
