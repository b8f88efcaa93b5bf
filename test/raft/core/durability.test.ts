import { describe, expect, it } from 'vitest';
import { RaftInvariantError } from '../../../src/raft/core/errors.ts';
import { term, ticket } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import { entryOf, logOf } from './support/entries.ts';
import {
  accepted,
  appendEntries,
  candidate,
  effectsOf,
  ELECTION_TICKS,
  FIVE,
  heartbeat,
  heartbeatAnswer,
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

describe('what waits for the disk (dissertation §3.8, §10.2.1)', () => {
  it('a candidate’s requests and its own vote wait for its vote to be durable', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS);
    const effects = server.receive(n2, preVoteGrant(1));
    expect(server.core.role).toBe('candidate');
    expect(sent(effects, 'request-vote')).toEqual([]);
    expect(sent(server.disk(), 'request-vote')).toHaveLength(2);
  });

  it('a completion of something earlier does not make its own vote count', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    server.receive(n2, { kind: 'timeout-now', term: term(1) });
    expect(sent(server.step({ kind: 'persisted', ticket: ticket(1) }), 'request-vote')).toEqual([]);
    server.receive(n3, voteGrant(2));
    expect(server.core.role).toBe('candidate');
    server.disk();
    expect(server.core.role).toBe('leader');
  });

  it('requests for votes that come too late are never sent: the candidate follows already', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS);
    server.receive(n2, preVoteGrant(1));
    server.receive(n3, heartbeat(1));
    expect(sent(server.disk(), 'request-vote')).toEqual([]);
  });

  it('a pre-vote that waited is promised to nobody else once the leader is heard (§4.2.3)', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, requestVote(2));
    expect(sent(server.receive(n3, preVote(3)), 'pre-vote-response')).toEqual([]);
    server.receive(n2, heartbeat(2));
    expect(sent(server.disk(), 'pre-vote-response')).toEqual([
      { kind: 'pre-vote-response', term: 2, nextTerm: 3, granted: false, standing: 'voting' },
    ]);
  });

  it('a pre-vote that waited is promised if no leader is heard meanwhile', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, requestVote(2));
    server.receive(n3, preVote(3));
    expect(sent(server.disk(), 'pre-vote-response')).toMatchObject([{ nextTerm: 3, granted: true }]);
  });

  it('term and vote are one record in one request', () => {
    const server = new Server({ term: 1 });
    expect(effectsOf(server.receive(n2, requestVote(4)), 'persist')).toEqual([
      {
        kind: 'persist',
        ticket: 1,
        hardState: { term: 4, votedFor: n2, standing: 'voting' },
        reset: null,
        truncateFrom: null,
        entries: [],
      },
    ]);
  });

  it('a new term, a truncation and the entries in its place are one request', () => {
    const server = new Server({ term: 2, log: logOf(1, 2, 2) });
    const effects = server.receive(n2, appendEntries(3, { index: 1, term: 1 }, [entryOf(3, 2)]));
    expect(effectsOf(effects, 'persist')).toMatchObject([
      { hardState: { term: 3, votedFor: null }, truncateFrom: 2, entries: [{ index: 2, term: 3 }] },
    ]);
    expect(effects[0]?.kind).toBe('persist');
  });

  it('an answer that tells a term which is not durable yet waits for it, a refusal too', () => {
    const server = new Server({ term: 1, log: logOf(1) });
    expect(sent(server.receive(n2, requestVote(2)), 'request-vote-response')).toEqual([]);
    expect(sent(server.receive(n3, heartbeat(2)), 'heartbeat-response')).toEqual([]);
    const released = server.disk();
    expect(sent(released, 'request-vote-response')).toEqual([
      { kind: 'request-vote-response', term: 2, granted: false, standing: 'voting' },
    ]);
    expect(sent(released, 'heartbeat-response')).toHaveLength(1);
  });

  it('refusals and heartbeat answers of a durable term go at once, though entries still wait for the disk', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    expect(sent(server.receive(n2, heartbeat(1, 0, 7)), 'heartbeat-response')).toEqual([
      { kind: 'heartbeat-response', term: 1, readSeq: 7 },
    ]);
    expect(
      sent(server.receive(n2, appendEntries(1, { index: 5, term: 1 })), 'append-entries-rejected'),
    ).toHaveLength(1);
    expect(sent(server.receive(n3, preVote(1)), 'pre-vote-response')).toHaveLength(1);
  });

  it('an acceptance waits for exactly the entries that it accepts', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    server.receive(n2, appendEntries(1, { index: 1, term: 1 }, [entryOf(1, 2)]));
    expect(
      sent(server.step({ kind: 'persisted', ticket: ticket(1) }), 'append-entries-accepted'),
    ).toMatchObject([{ matchIndex: 1 }]);
    expect(
      sent(server.step({ kind: 'persisted', ticket: ticket(2) }), 'append-entries-accepted'),
    ).toMatchObject([{ matchIndex: 2 }]);
  });

  it('a repeated AppendEntries is not accepted before the disk has what the first one brought', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    expect(server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)))).toEqual([]);
    expect(sent(server.disk(), 'append-entries-accepted')).toHaveLength(1);
  });

  it('one completion for several requests confirms all, and one acceptance says it', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    server.receive(n2, appendEntries(1, { index: 1, term: 1 }, [entryOf(1, 2)]));
    expect(sent(server.disk(), 'append-entries-accepted')).toMatchObject([{ matchIndex: 2 }]);
    expect(server.core.durableIndex).toBe(2);
  });

  it('an acceptance of a term that is over is never sent', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    server.receive(n3, requestVote(2, { index: 1, term: 1 }, 'transfer'));
    const released = server.disk();
    expect(sent(released, 'append-entries-accepted')).toEqual([]);
    expect(sent(released, 'request-vote-response')).toHaveLength(1);
  });

  it('a follower that crashed before its vote was durable may vote again', () => {
    const cluster = new Cluster(THREE);
    cluster.disksAnswer = false;
    cluster.step(n1, { kind: 'receive', from: n2, message: requestVote(1) });
    expect(cluster.letters).toEqual([]);
    cluster.crash(n1);
    cluster.restart(n1);
    cluster.step(n1, { kind: 'receive', from: n3, message: requestVote(1) });
    cluster.save(n1);
    expect(cluster.letters).toMatchObject([{ to: n3, message: { granted: true } }]);
  });

  it('a follower that crashed after its vote was durable remembers it', () => {
    const cluster = new Cluster(THREE);
    cluster.step(n1, { kind: 'receive', from: n2, message: requestVote(1) });
    cluster.crash(n1);
    cluster.restart(n1);
    cluster.step(n1, { kind: 'receive', from: n3, message: requestVote(1) });
    expect(cluster.letters.at(-1)).toMatchObject({ to: n3, message: { granted: false } });
  });

  it('a hanging disk does not gather an answer for every heartbeat', () => {
    const server = new Server({ term: 1 });
    for (let n = 0; n < 1000; n += 1) server.receive(n2, heartbeat(2, 0, n));
    expect(sent(server.disk(), 'heartbeat-response')).toEqual([
      { kind: 'heartbeat-response', term: 2, readSeq: 999 },
    ]);
  });
});

describe('the leader and its own disk', () => {
  it('sends entries while its own disk still writes, and counts itself only when it has answered', () => {
    const { server } = leader({ members: FIVE });
    server.receive(n2, accepted(server, 1));
    server.receive(n3, accepted(server, 1));
    expect(server.core.commitIndex).toBe(0);
    server.disk();
    expect(server.core.commitIndex).toBe(1);
  });

  it('commits by its followers alone before its own disk has answered', () => {
    const { server } = leader();
    server.receive(n2, accepted(server, 1));
    server.receive(n3, accepted(server, 1));
    expect([server.core.commitIndex, server.core.durableIndex]).toEqual([1, 0]);
  });

  it('in a group of one nothing is committed before its disk has answered', () => {
    const server = new Server({ members: [n1] });
    server.tick(ELECTION_TICKS);
    server.disk();
    server.disk();
    expect(effectsOf(server.propose(), 'commit')).toEqual([]);
    expect(effectsOf(server.disk(), 'commit')).toEqual([{ kind: 'commit', index: 2 }]);
  });

  it('steps down when its disk has not answered for the longest election timeout, and does not campaign', () => {
    const { server } = leader();
    const tickAndHear = (times: number): void => {
      for (let n = 0; n < times; n += 1) {
        server.tick();
        if (server.core.role === 'leader') server.receive(n2, heartbeatAnswer(server));
      }
    };
    tickAndHear(2 * ELECTION_TICKS - 1);
    expect(server.core.role).toBe('leader');
    tickAndHear(1);
    expect(server.core.role).toBe('follower');
    server.tick(5 * ELECTION_TICKS);
    expect(server.core.role).toBe('follower');
    server.disk();
    server.tick();
    expect(server.core.role).toBe('pre-candidate');
  });
});

describe('the durable mark', () => {
  it('falls the moment a truncation is asked for, and a late completion of what was cut does not raise it', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1, 1, 1)));
    server.receive(n3, appendEntries(2, { index: 1, term: 1 }, [entryOf(2, 2)]));
    server.step({ kind: 'persisted', ticket: ticket(1) });
    expect(server.core.durableIndex).toBe(1);
    expect(sent(server.disk(), 'append-entries-accepted')).toMatchObject([{ term: 2, matchIndex: 2 }]);
    expect(server.core.durableIndex).toBe(2);
  });

  it('a leader does not count an entry in place of one that was durable before (ABA)', () => {
    const server = new Server({ term: 1, log: logOf(1, 1) });
    server.receive(n2, appendEntries(2, { index: 1, term: 1 }, [entryOf(2, 2)]));
    expect(server.core.durableIndex).toBe(1);
  });

  it('a repeated or late completion changes nothing', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    server.disk();
    expect(server.disk()).toEqual([]);
    expect(server.step({ kind: 'persisted', ticket: ticket(0) })).toEqual([]);
  });

  it('a completion of what was never asked for is a broken promise', () => {
    expect(() => new Server().step({ kind: 'persisted', ticket: ticket(1) })).toThrow(RaftInvariantError);
  });
});

describe('promises that, once broken, stop the node', () => {
  const follower = (): Server => {
    const server = new Server({ term: 1, log: logOf(1, 1) });
    server.receive(n2, heartbeat(1, 2));
    return server;
  };

  it('a committed entry is never truncated', () => {
    expect(() =>
      follower().receive(n2, appendEntries(1, { index: 0, term: 0 }, [entryOf(1, 1), entryOf(0, 2)])),
    ).toThrow(RaftInvariantError);
    expect(() => follower().receive(n3, appendEntries(2, { index: 1, term: 1 }, [entryOf(2, 2)]))).toThrow(
      /2 is committed/,
    );
  });

  it('a leader that lacks a committed entry cannot be', () => {
    expect(() => follower().receive(n3, appendEntries(2, { index: 2, term: 2 }))).toThrow(
      /lacks the committed/,
    );
  });

  it('two leaders of one term cannot be', () => {
    expect(() => follower().receive(n3, heartbeat(1))).toThrow(/n2/);
    const { server } = leader();
    expect(() => server.receive(n2, appendEntries(1, { index: 0, term: 0 }))).toThrow(/so does this node/);
  });

  it('a follower cannot accept what its leader does not have', () => {
    const { server } = leader();
    expect(() => server.receive(n2, accepted(server, 5))).toThrow(RaftInvariantError);
  });

  it('a leader that knows of durable entries which are gone means a disk that forgot', () => {
    expect(() => new Server({ term: 1 }).receive(n2, heartbeat(1, 3))).toThrow(/lost entries/);
  });

  it('entries with gaps, with falling terms, or from the future are not taken', () => {
    const take = (entries: ReturnType<typeof logOf>) => () =>
      new Server({ term: 2 }).receive(n2, appendEntries(2, { index: 0, term: 0 }, entries));
    expect(take([entryOf(1, 2)])).toThrow(RaftInvariantError);
    expect(take([entryOf(2, 1), entryOf(1, 2)])).toThrow(RaftInvariantError);
    expect(take([entryOf(3, 1)])).toThrow(RaftInvariantError);
  });

  it('a log that is ahead of its saved term, or timings that cannot be, are not started with', () => {
    expect(() => new Server({ term: 1, log: logOf(1, 2) })).toThrow(/term 2/);
    expect(() => new Server({ options: { electionTicks: 5, heartbeatTicks: 2 } })).toThrow(/electionTicks/);
  });

  it('a candidate keeps its own vote though the disk is slow and others ask', () => {
    const { server } = candidate();
    server.receive(n2, requestVote(1));
    expect([server.core.term, server.core.votedFor]).toEqual([term(1), n1]);
  });
});
