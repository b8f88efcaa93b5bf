import { describe, expect, it } from 'vitest';
import { logIndex, NO_TERM, term } from '../../../src/raft/core/ids.ts';
import { command, entryOf, logOf } from './support/entries.ts';
import {
  accepted,
  appendEntries,
  candidate,
  effectsOf,
  ELECTION_TICKS,
  FIVE,
  heartbeat,
  HEARTBEAT_TICKS,
  leader,
  n1,
  n2,
  n3,
  preVoteGrant,
  requestVote,
  sent,
  Server,
  voteGrant,
} from './support/server.ts';

describe('Figure 2, state', () => {
  it('persistent state: currentTerm, votedFor and log are taken from what the disk held', () => {
    const server = new Server({ term: 7, votedFor: n3, log: logOf(1, 1, 5) });
    expect([server.core.term, server.core.votedFor, server.terms]).toEqual([7, n3, [1, 1, 5]]);
  });

  it('persistent state: a vote is on stable storage before the RPC is answered', () => {
    const server = new Server();
    const effects = server.receive(n2, requestVote(1));
    expect(effectsOf(effects, 'persist')[0]?.hardState).toEqual({
      term: 1,
      votedFor: n2,
      standing: 'voting',
    });
    expect(sent(effects, 'request-vote-response')).toEqual([]);
    expect(sent(server.disk(), 'request-vote-response')).toEqual([
      { kind: 'request-vote-response', term: 1, granted: true, standing: 'voting' },
    ]);
  });

  it('persistent state: entries are on stable storage before they are accepted', () => {
    const server = new Server();
    const effects = server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    expect(effectsOf(effects, 'persist')[0]?.entries).toHaveLength(1);
    expect(sent(effects, 'append-entries-accepted')).toEqual([]);
    expect(sent(server.disk(), 'append-entries-accepted')[0]?.matchIndex).toBe(1);
  });

  it('volatile state: commitIndex begins at 0', () => {
    expect(new Server({ log: logOf(1, 1) }).core.commitIndex).toBe(0);
  });

  it('volatile state on leaders: nextIndex begins after the last entry, matchIndex at 0', () => {
    const { server, effects } = leader({ log: logOf(1, 1) });
    for (const to of [n2, n3])
      expect(sent(effects, 'append-entries', to)).toMatchObject([
        { prevLogIndex: 2, entries: [{ index: 3 }] },
      ]);
    expect(server.core.peers.map(({ matchIndex }) => matchIndex)).toEqual([0, 0]);
  });
});

describe('Figure 2, AppendEntries RPC', () => {
  it('1. replies false if term < currentTerm, and tells the current one', () => {
    const server = new Server({ term: 5, log: logOf(1) });
    const effects = server.receive(n2, appendEntries(4, { index: 1, term: 1 }, [entryOf(4, 2)]));
    expect(sent(effects, 'append-entries-rejected')[0]?.term).toBe(5);
    expect(server.terms).toEqual([1]);
    expect(server.core.leader).toBeNull();
  });

  it('2. replies false if the log has no entry at prevLogIndex', () => {
    const server = new Server({ term: 2, log: logOf(1) });
    const effects = server.receive(n2, appendEntries(2, { index: 3, term: 2 }));
    expect(sent(effects, 'append-entries-rejected')).toEqual([
      { kind: 'append-entries-rejected', term: 2, prevLogIndex: 3, conflictTerm: 0, conflictIndex: 2 },
    ]);
  });

  it('2. replies false if the entry at prevLogIndex has another term', () => {
    const server = new Server({ term: 4, log: logOf(1, 2, 2, 2) });
    const effects = server.receive(n2, appendEntries(4, { index: 4, term: 3 }));
    expect(sent(effects, 'append-entries-rejected')).toEqual([
      { kind: 'append-entries-rejected', term: 4, prevLogIndex: 4, conflictTerm: 2, conflictIndex: 2 },
    ]);
  });

  it('3. deletes a conflicting entry and all that follow it', () => {
    const server = new Server({ term: 3, log: logOf(1, 2, 2, 2) });
    const effects = server.receive(n2, appendEntries(3, { index: 1, term: 1 }, [entryOf(3, 2)]));
    expect(server.terms).toEqual([1, 3]);
    expect(effectsOf(effects, 'persist')).toMatchObject([
      { truncateFrom: 2, entries: [{ index: 2, term: 3 }] },
    ]);
  });

  it('3. deletes nothing that does not conflict', () => {
    const server = new Server({ term: 2, log: logOf(1, 2, 2) });
    const effects = server.receive(n2, appendEntries(2, { index: 0, term: 0 }, logOf(1)));
    expect(server.terms).toEqual([1, 2, 2]);
    expect(effectsOf(effects, 'persist')).toEqual([]);
  });

  it('4. appends any new entries that are not in the log yet', () => {
    const server = new Server({ term: 2, log: logOf(1, 2) });
    const effects = server.receive(
      n2,
      appendEntries(2, { index: 1, term: 1 }, [entryOf(2, 2), entryOf(2, 3), entryOf(2, 4)]),
    );
    expect(server.terms).toEqual([1, 2, 2, 2]);
    expect(effectsOf(effects, 'persist')[0]?.entries.map(({ index }) => index)).toEqual([3, 4]);
  });

  it('5. sets commitIndex to leaderCommit if that is the smaller', () => {
    const server = new Server({ term: 1 });
    const effects = server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1, 1, 1), 2));
    expect(effectsOf(effects, 'commit')).toEqual([{ kind: 'commit', index: 2 }]);
  });

  it('5. sets commitIndex to the last new entry if that is the smaller', () => {
    const server = new Server({ term: 2, log: logOf(1, 1, 1) });
    server.receive(n2, appendEntries(2, { index: 1, term: 1 }, [entryOf(1, 2)], 9));
    expect(server.core.commitIndex).toBe(2);
  });
});

describe('Figure 2, RequestVote RPC', () => {
  it('1. replies false if term < currentTerm', () => {
    const server = new Server({ term: 3 });
    expect(sent(server.receive(n2, requestVote(2)), 'request-vote-response')).toEqual([
      { kind: 'request-vote-response', term: 3, granted: false, standing: 'voting' },
    ]);
  });

  it('2. grants one vote a term, first come, first served', () => {
    const server = new Server();
    expect(sent(server.receiveDurably(n2, requestVote(1)), 'request-vote-response')[0]?.granted).toBe(true);
    expect(sent(server.receiveDurably(n3, requestVote(1)), 'request-vote-response')[0]?.granted).toBe(false);
    expect(sent(server.receiveDurably(n2, requestVote(1)), 'request-vote-response')[0]?.granted).toBe(true);
  });

  it.each([
    // own log, the candidate's last entry, granted
    [[1], { index: 1, term: 1 }, true],
    [[1], { index: 2, term: 1 }, true],
    [[1, 1], { index: 1, term: 1 }, false],
    [[1], { index: 1, term: 2 }, true],
    [[1, 1, 1], { index: 1, term: 2 }, true],
    [[2], { index: 1, term: 1 }, false],
    [[2], { index: 9, term: 1 }, false],
    [[], { index: 0, term: 0 }, true],
  ] as const)('2. with log %j grants a candidate that ends at %j: %s (§5.4.1)', (log, last, granted) => {
    const server = new Server({ term: 3, log: logOf(...log) });
    const effects = server.receiveDurably(n2, requestVote(4, last));
    expect(sent(effects, 'request-vote-response')[0]?.granted).toBe(granted);
  });
});

describe('Figure 2, rules for all servers', () => {
  it('applies what is committed: every growth of commitIndex is told once', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1, 1)));
    expect(effectsOf(server.receive(n2, heartbeat(1, 2)), 'commit')).toEqual([{ kind: 'commit', index: 2 }]);
    expect(effectsOf(server.receive(n2, heartbeat(1, 2)), 'commit')).toEqual([]);
  });

  it.each(['follower', 'pre-candidate', 'candidate', 'leader'] as const)(
    'a %s that sees a later term in a request or response takes it over and follows',
    (role) => {
      const made = {
        follower: () => new Server({ term: 1 }),
        'pre-candidate': () => {
          const server = new Server({ term: 1 });
          server.tick(ELECTION_TICKS);
          return server;
        },
        candidate: () => candidate().server,
        leader: () => leader().server,
      };
      const server = made[role]();
      expect(server.core.role).toBe(role);
      const effects = server.receive(n2, { kind: 'heartbeat-response', term: term(9), readSeq: 0 });
      expect([server.core.term, server.core.votedFor, server.core.role]).toEqual([9, null, 'follower']);
      expect(effectsOf(effects, 'persist')[0]?.hardState).toEqual({
        term: 9,
        votedFor: null,
        standing: 'voting',
      });
    },
  );
});

describe('Figure 2, rules for followers', () => {
  it('responds to candidates and leaders', () => {
    const server = new Server({ term: 1 });
    expect(sent(server.receive(n2, heartbeat(1)), 'heartbeat-response')).toHaveLength(1);
    expect(sent(server.receiveDurably(n3, requestVote(2)), 'request-vote-response')).toHaveLength(1);
  });

  it('campaigns after an election timeout without a word from the leader', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS - 1);
    expect(server.core.role).toBe('follower');
    server.tick();
    expect(server.core.role).toBe('pre-candidate');
  });

  it('does not campaign while its leader is heard, or while it grants votes', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS - 1);
    server.receiveDurably(n2, requestVote(1));
    const roles = [
      () => server.receive(n2, heartbeat(1)),
      () => server.receive(n2, appendEntries(1, { index: 0, term: 0 })),
      () => [],
    ].map((hear) => {
      server.tick(ELECTION_TICKS - 1);
      const { role } = server.core;
      hear();
      return role;
    });
    expect(roles).toEqual(['follower', 'follower', 'follower']);
  });

  it('is not kept from campaigning by candidates that it refuses, or by leaders of earlier terms', () => {
    const server = new Server({ term: 3, log: logOf(3) });
    server.tick(ELECTION_TICKS - 1);
    server.receive(n2, heartbeat(2));
    server.receiveDurably(n2, requestVote(4));
    server.tick();
    expect(server.core.role).toBe('pre-candidate');
  });
});

describe('Figure 2, rules for candidates', () => {
  it('on starting an election increments the term, votes for itself, and asks all others', () => {
    const { server, effects } = candidate({ members: FIVE, log: logOf(1, 1) });
    expect([server.core.term, server.core.votedFor]).toEqual([2, n1]);
    expect(sent(effects, 'request-vote')).toEqual(
      Array.from({ length: 4 }, () => ({
        kind: 'request-vote',
        term: 2,
        lastLogIndex: 2,
        lastLogTerm: 1,
        reason: 'timeout',
      })),
    );
  });

  it('draws its election timeout anew, between once and twice electionTicks (§5.2)', () => {
    const drawn = [3, 9, 0];
    const below = (bound: number): number => (bound === ELECTION_TICKS ? (drawn.shift() ?? 0) : 0);
    const server = new Server({ options: { random: { below } } });
    server.tick(ELECTION_TICKS + 2);
    expect(server.core.role).toBe('follower');
    expect(sent(server.tick(), 'pre-vote')).toHaveLength(2);
    expect(sent(server.tick(ELECTION_TICKS + 8), 'pre-vote')).toHaveLength(0);
    expect(sent(server.tick(), 'pre-vote')).toHaveLength(2);
  });

  it('leads once a majority has voted for it', () => {
    const { server } = candidate({ members: FIVE });
    server.receive(n2, voteGrant(1));
    expect(server.core.role).toBe('candidate');
    server.receive(n3, voteGrant(1));
    expect(server.core.role).toBe('leader');
  });

  it('follows a leader of its own term', () => {
    const { server } = candidate();
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }));
    expect([server.core.role, server.core.leader, server.core.votedFor]).toEqual(['follower', n2, n1]);
  });

  it('starts again after an election timeout', () => {
    const { server } = candidate();
    expect(sent(server.tick(ELECTION_TICKS), 'pre-vote')).toMatchObject([{ nextTerm: 2 }, { nextTerm: 2 }]);
    server.receive(n2, preVoteGrant(2));
    expect([server.core.role, server.core.term]).toEqual(['candidate', 2]);
  });
});

describe('Figure 2, rules for leaders', () => {
  it('upon election sends to all at once: the noop of its term (§8)', () => {
    const { server, effects } = leader({ log: logOf(1) });
    expect(sent(effects, 'append-entries')).toMatchObject([
      { prevLogIndex: 1, prevLogTerm: 1, entries: [{ kind: 'noop', index: 2, term: 2 }] },
      { prevLogIndex: 1, prevLogTerm: 1, entries: [{ kind: 'noop', index: 2, term: 2 }] },
    ]);
    expect(server.core.leader).toBe(n1);
  });

  it('repeats heartbeats while idle', () => {
    const { server } = leader();
    expect(sent(server.tick(HEARTBEAT_TICKS), 'heartbeat', n2)).toHaveLength(1);
    expect(sent(server.tick(HEARTBEAT_TICKS), 'heartbeat', n3)).toHaveLength(1);
  });

  it('appends what a client proposes to its own log', () => {
    const { server } = leader();
    const effects = server.propose(command(), command());
    expect(server.terms).toEqual([1, 1, 1]);
    expect(effectsOf(effects, 'persist')[0]?.entries.map(({ index }) => index)).toEqual([2, 3]);
  });

  it('sends a follower the entries from nextIndex on', () => {
    const { server } = leader();
    server.receive(n2, accepted(server, 1));
    expect(sent(server.propose(), 'append-entries', n2)).toMatchObject([
      { prevLogIndex: 1, entries: [{ index: 2 }] },
    ]);
  });

  it('after success advances nextIndex and matchIndex of the follower', () => {
    const { server } = leader();
    server.receive(n2, accepted(server, 1));
    expect(server.core.peers[0]).toMatchObject({ id: n2, matchIndex: 1, nextIndex: 2 });
  });

  it('after an inconsistency lowers nextIndex and tries again', () => {
    const { server } = leader({ log: logOf(1, 1, 1) });
    const effects = server.receive(n2, {
      kind: 'append-entries-rejected',
      term: server.core.term,
      prevLogIndex: logIndex(3),
      conflictTerm: NO_TERM,
      conflictIndex: logIndex(2),
    });
    expect(sent(effects, 'append-entries', n2)).toMatchObject([{ prevLogIndex: 1, prevLogTerm: 1 }]);
  });

  it('commits an entry of its term that a majority has on disk', () => {
    const { server } = leader();
    expect(effectsOf(server.receive(n2, accepted(server, 1)), 'commit')).toEqual([]);
    expect(effectsOf(server.disk(), 'commit')).toEqual([{ kind: 'commit', index: 1 }]);
  });
});
