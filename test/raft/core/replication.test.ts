import { describe, expect, it } from 'vitest';
import { logIndex, NO_TERM, term } from '../../../src/raft/core/ids.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import { Cluster } from './support/cluster.ts';
import { BYTES_PER_COMMAND, command, entryOf, logOf } from './support/entries.ts';
import {
  accepted,
  appendEntries,
  effectsOf,
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

const rejected = (server: Server, prev: number, conflictTerm: number, conflictIndex: number): Message => ({
  kind: 'append-entries-rejected',
  term: server.core.term,
  prevLogIndex: logIndex(prev),
  conflictTerm: term(conflictTerm),
  conflictIndex: logIndex(conflictIndex),
});

const peer = (server: Server, id = n2) => server.core.peers.find((peer) => peer.id === id);

/** A leader whose follower n2 is known to be up to date. */
function replicating(found: Parameters<typeof leader>[0] = {}): Server {
  const { server } = leader(found);
  server.receive(n2, accepted(server, server.core.log.lastIndex));
  return server;
}

describe('proposals', () => {
  it('whoever does not lead refuses, and says who does', () => {
    const server = new Server({ term: 1 });
    expect(server.propose()).toEqual([{ kind: 'proposal-refused', reason: 'not-leader', leader: null }]);
    server.receive(n3, heartbeat(1));
    expect(server.propose()).toEqual([{ kind: 'proposal-refused', reason: 'not-leader', leader: n3 }]);
  });

  it('a leader that cannot commit takes only so many bytes', () => {
    const { server } = leader({ options: { maxUncommittedBytes: 2 * BYTES_PER_COMMAND } });
    server.propose(command(), command());
    server.propose();
    expect(server.propose()).toEqual([
      { kind: 'proposal-refused', reason: 'too-much-uncommitted', leader: n1 },
    ]);
    server.receive(n2, accepted(server, 4));
    server.disk();
    expect(effectsOf(server.propose(), 'proposal-refused')).toEqual([]);
  });

  it('cluster time never falls from one entry to the next', () => {
    const { server } = leader();
    server.propose({ ...command(), clusterTimeMs: 50 }, { ...command(), clusterTimeMs: 40 });
    server.propose({ ...command(), clusterTimeMs: 45 });
    const times = [1, 2, 3, 4].map((index) => server.core.log.entryAt(logIndex(index)).clusterTimeMs);
    expect(times).toEqual([0, 50, 50, 50]);
  });
});

/** Of these leaders n3 is the follower whose vote came too late to count. */
describe('probe: the leader does not know where the logs part', () => {
  it('one AppendEntries at a time', () => {
    const { server } = leader();
    expect(sent(server.propose(), 'append-entries', n3)).toEqual([]);
    expect(peer(server, n3)?.progress).toBe('probe');
  });

  it('a heartbeat’s answer asks again, with no entries', () => {
    const { server } = leader();
    expect(sent(server.receive(n3, heartbeatAnswer(server)), 'append-entries')).toMatchObject([
      { prevLogIndex: 0, entries: [] },
    ]);
  });

  it('an acceptance turns it into replicate, and what waited is sent', () => {
    const { server } = leader();
    server.propose();
    expect(sent(server.receive(n3, accepted(server, 1)), 'append-entries')).toMatchObject([
      { prevLogIndex: 1, entries: [{ index: 2 }] },
    ]);
    expect(peer(server, n3)?.progress).toBe('replicate');
  });

  it('if the leader has the conflicting term too, it goes on after its last entry of it', () => {
    const { server } = leader({ log: logOf(1, 2, 2, 4, 4) });
    const effects = server.receive(n3, rejected(server, 5, 2, 2));
    expect(sent(effects, 'append-entries')).toMatchObject([{ prevLogIndex: 3, prevLogTerm: 2 }]);
  });

  it('if not, it skips the whole term of the follower', () => {
    const { server } = leader({ log: logOf(1, 2, 4, 4, 4) });
    const effects = server.receive(n3, rejected(server, 5, 3, 3));
    expect(sent(effects, 'append-entries')).toMatchObject([{ prevLogIndex: 2, prevLogTerm: 2 }]);
  });

  it('a rejection of a question that was not the last is ignored', () => {
    const { server } = leader({ log: logOf(1, 1, 1) });
    expect(server.receive(n3, rejected(server, 2, 0, 1))).toEqual([]);
    server.receive(n3, rejected(server, 3, 0, 2));
    expect(server.receive(n3, rejected(server, 3, 0, 2))).toEqual([]);
    expect(peer(server, n3)?.nextIndex).toBe(2);
  });
});

describe('optimistic: who has just voted for the leader most likely has what it has (dissertation §10.2.2)', () => {
  it('is sent entries ahead, behind the noop of the term, before it has said where its log ends', () => {
    const { server, effects } = leader({ log: logOf(1, 1) });
    expect(sent(effects, 'append-entries', n2)).toMatchObject([{ prevLogIndex: 2, entries: [{ index: 3 }] }]);
    expect(sent(server.propose(), 'append-entries', n2)).toMatchObject([
      { prevLogIndex: 3, entries: [{ index: 4 }] },
    ]);
    expect(peer(server)).toMatchObject({ progress: 'optimistic', matchIndex: 0, nextIndex: 5 });
  });

  it('an acceptance of the first of them turns it into replicate', () => {
    const { server } = leader({ log: logOf(1, 1) });
    server.propose();
    server.receive(n2, accepted(server, 3));
    expect(peer(server)).toMatchObject({ progress: 'replicate', matchIndex: 3, nextIndex: 5 });
  });

  it('a rejection means that it lacked some: they are probed for, and what was sent ahead is sent again', () => {
    const { server } = leader({ log: logOf(1, 1, 1) });
    server.propose();
    const effects = server.receive(n2, rejected(server, 3, NO_TERM, 2));
    expect(sent(effects, 'append-entries', n2)).toMatchObject([
      { prevLogIndex: 1, entries: [{ index: 2 }, { index: 3 }, { index: 4 }, { index: 5 }] },
    ]);
    expect(peer(server)?.progress).toBe('probe');
    expect(server.receive(n2, rejected(server, 4, NO_TERM, 2))).toEqual([]);
  });

  it('no more bytes than the window takes', () => {
    const { server } = leader({ log: logOf(1, 1), options: { maxInflightBytes: 2 * BYTES_PER_COMMAND } });
    server.propose(command(), command(), command(), command());
    expect(sent(server.propose(), 'append-entries', n2)).toEqual([]);
    expect(peer(server)?.nextIndex).toBe(6);
  });

  it('a heartbeat’s answer that comes before any acceptance asks whether what was sent has come', () => {
    const { server } = leader({ log: logOf(1, 1) });
    server.propose();
    expect(sent(server.receive(n2, heartbeatAnswer(server)), 'append-entries', n2)).toMatchObject([
      { prevLogIndex: 4, entries: [] },
    ]);
  });
});

describe('replicate: entries are sent ahead of their acknowledgement', () => {
  it('without waiting for answers', () => {
    const server = replicating();
    for (const index of [2, 3, 4]) {
      expect(sent(server.propose(), 'append-entries', n2)).toMatchObject([{ prevLogIndex: index - 1 }]);
    }
    expect(peer(server)).toMatchObject({ matchIndex: 1, nextIndex: 5 });
  });

  it('no more bytes than the window takes, and more as acknowledgements free it', () => {
    const server = replicating({ options: { maxInflightBytes: 3 * BYTES_PER_COMMAND } });
    const first = sent(
      server.propose(command(), command(), command(), command(), command()),
      'append-entries',
      n2,
    );
    expect(first.flatMap(({ entries }) => entries.map(({ index }) => index))).toEqual([2, 3, 4]);
    const second = sent(server.receive(n2, accepted(server, 3)), 'append-entries', n2);
    expect(second.flatMap(({ entries }) => entries.map(({ index }) => index))).toEqual([5, 6]);
  });

  it('no more bytes in one message than allowed, but always one entry', () => {
    const server = replicating({ options: { maxAppendBytes: 2 * BYTES_PER_COMMAND } });
    const big = { ...command(), payload: new Uint8Array(5 * BYTES_PER_COMMAND) };
    const appends = sent(
      server.propose(command(), command(), command(), big, command()),
      'append-entries',
      n2,
    );
    expect(appends.map(({ entries }) => entries.map(({ index }) => index))).toEqual([[2, 3], [4], [5], [6]]);
  });

  it('an entry larger than the window is sent when nothing else is under way', () => {
    const server = replicating({ options: { maxInflightBytes: BYTES_PER_COMMAND } });
    const big = { ...command(), payload: new Uint8Array(5 * BYTES_PER_COMMAND) };
    expect(sent(server.propose(command(), big), 'append-entries', n2)).toHaveLength(1);
    expect(sent(server.receive(n2, accepted(server, 2)), 'append-entries', n2)).toMatchObject([
      { entries: [{ index: 3 }] },
    ]);
  });

  it('a rejection says that something was lost: back to probing, from there', () => {
    const server = replicating();
    server.propose();
    server.propose();
    const effects = server.receive(n2, rejected(server, 2, NO_TERM, 2));
    expect(sent(effects, 'append-entries')).toMatchObject([
      { prevLogIndex: 1, entries: [{ index: 2 }, { index: 3 }] },
    ]);
    expect(peer(server)?.progress).toBe('probe');
  });

  it('a late or repeated rejection never lowers nextIndex to or below matchIndex', () => {
    const server = replicating({ log: logOf(1, 1, 1) });
    expect(server.receive(n2, rejected(server, 3, 0, 1))).toEqual([]);
    server.propose();
    server.receive(n2, rejected(server, 5, 0, 1));
    server.receive(n2, rejected(server, 4, 0, 1));
    expect(peer(server)).toMatchObject({ matchIndex: 4, nextIndex: 5 });
  });

  it('matchIndex never falls', () => {
    const server = replicating();
    server.propose();
    server.receive(n2, accepted(server, 2));
    server.receive(n2, accepted(server, 1));
    expect(peer(server)).toMatchObject({ matchIndex: 2, nextIndex: 3 });
  });

  it('an acceptance of an earlier term counts for nothing', () => {
    const { server } = leader({ term: 4, log: logOf(4) });
    server.receive(n2, {
      kind: 'append-entries-accepted',
      term: term(4),
      matchIndex: logIndex(2),
      standing: 'voting',
    });
    expect(peer(server)?.matchIndex).toBe(0);
  });

  it('when the last message of all was lost, the follower is asked and gets it', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(2);
    cluster.carries = ({ message }) => message.kind !== 'append-entries' || message.entries.length === 0;
    cluster.propose(n1);
    cluster.deliverAll();
    cluster.heal();
    cluster.pass(4 * HEARTBEAT_TICKS);
    expect(THREE.map((id) => cluster.core(id).commitIndex)).toEqual([2, 2, 2]);
  });

  it('to a follower whose disk is slow nothing is sent twice', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(2);
    cluster.disksAnswer = false;
    cluster.propose(n1);
    cluster.deliverAll();
    const entriesSent = (): number =>
      cluster.effects.filter(
        ({ effect }) =>
          effect.kind === 'send' &&
          effect.message.kind === 'append-entries' &&
          effect.message.entries.length > 0,
      ).length;
    const before = entriesSent();
    cluster.pass(8);
    expect(entriesSent()).toBe(before);
    for (const id of THREE) cluster.save(id);
    cluster.deliverAll();
    expect(THREE.map((id) => cluster.core(id).commitIndex)).toEqual([2, 2, 2]);
  });

  it('a follower that restarts with a shorter log is brought up again', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(2);
    cluster.crash(n2);
    for (let n = 0; n < 20; n += 1) cluster.propose(n1);
    cluster.pass(6);
    cluster.restart(n2);
    cluster.pass(4 * HEARTBEAT_TICKS);
    expect(cluster.core(n2).commitIndex).toBe(21);
  });
});

describe('the follower', () => {
  it('a late AppendEntries never cuts what came after it', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1, 1, 1)));
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    expect(server.terms).toEqual([1, 1, 1]);
  });

  it('accepts what this message verified, not its whole log', () => {
    const server = new Server({ term: 2, log: logOf(1, 1, 1) });
    const effects = server.receive(n2, appendEntries(2, { index: 1, term: 1 }));
    expect(sent(effects, 'append-entries-accepted')).toMatchObject([{ matchIndex: 1 }]);
  });

  it('commits no entry that this leader has not verified', () => {
    const server = new Server({ term: 2, log: logOf(1, 1, 1) });
    server.receive(n2, appendEntries(2, { index: 1, term: 1 }, [], 3));
    expect(server.core.commitIndex).toBe(1);
  });

  it('messages out of order end in the same log', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 1, term: 1 }, [entryOf(1, 2)]));
    expect(server.terms).toEqual([]);
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1)));
    server.receive(n2, appendEntries(1, { index: 1, term: 1 }, [entryOf(1, 2)]));
    expect(server.terms).toEqual([1, 1]);
  });
});

describe('passing the commit index on', () => {
  it('a follower to which nothing else goes is told at once by a heartbeat, once', () => {
    const server = replicating();
    server.disk();
    server.propose();
    server.disk();
    const effects = server.receive(n2, accepted(server, 2));
    expect(effectsOf(effects, 'commit')).toMatchObject([{ index: 2 }]);
    expect(sent(effects, 'heartbeat', n2)).toMatchObject([{ commitIndex: 2 }]);
    expect(sent(server.receive(n2, heartbeatAnswer(server)), 'heartbeat')).toEqual([]);
  });

  it('no follower is told of more than was verified in its log', () => {
    const server = replicating();
    server.disk();
    expect(server.core.commitIndex).toBe(1);
    expect(sent(server.tick(HEARTBEAT_TICKS), 'heartbeat', n3)).toMatchObject([{ commitIndex: 0 }]);
  });

  it('a follower that gets entries in the same step is told by them', () => {
    const server = replicating({ options: { maxInflightBytes: BYTES_PER_COMMAND } });
    server.propose(command(), command());
    server.disk();
    const effects = server.receive(n2, accepted(server, 2));
    expect(sent(effects, 'append-entries', n2)).toMatchObject([{ leaderCommit: 2 }]);
    expect(sent(effects, 'heartbeat', n2)).toEqual([]);
  });
});
