import { describe, expect, it } from 'vitest';
import { logOf } from './support/entries.ts';
import {
  ELECTION_TICKS,
  heartbeat,
  n2,
  n3,
  preVoteGrant,
  sent,
  Server,
  voteGrant,
} from './support/server.ts';

describe('a disk that takes its time', () => {
  it('does not take from the voters the time that the candidate’s own disk took', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS);
    server.receive(n2, preVoteGrant(1));
    server.tick(ELECTION_TICKS - 1);
    expect(sent(server.disk(), 'request-vote')).toHaveLength(2);
    server.tick(ELECTION_TICKS - 1);
    expect(server.core.role).toBe('candidate');
    server.receive(n3, voteGrant(1));
    expect(server.core.role).toBe('leader');
  });

  it('does not gather reads without end while the term is not on disk', () => {
    const server = new Server({ term: 1 });
    for (let n = 0; n < 30_000; n += 1) {
      if (n % 1000 === 0) server.receive(n2, heartbeat(2));
      server.read(n);
      if (n % 1000 === 0) server.tick(ELECTION_TICKS - 1);
    }
    expect(sent(server.disk(), 'read-index-request').length).toBeLessThanOrEqual(10_000);
  });
});

describe('a pre-vote of a node that is behind in its term', () => {
  it('counts: it was given for the term that was asked about', () => {
    const server = new Server({ term: 5, log: logOf(5) });
    server.tick(ELECTION_TICKS);
    server.receive(n2, preVoteGrant(6, 3));
    expect([server.core.role, server.core.term]).toEqual(['candidate', 6]);
  });

  it('counts for nothing if it was given for another term', () => {
    const server = new Server({ term: 5, log: logOf(5) });
    server.tick(ELECTION_TICKS);
    server.receive(n2, preVoteGrant(5, 3));
    expect(server.core.role).toBe('pre-candidate');
  });
});
