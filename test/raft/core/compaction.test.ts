import { describe, expect, it } from 'vitest';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import { entryOf, logOf } from './support/entries.ts';
import { membersPayload, snapshotOf, voter } from './support/memberships.ts';
import {
  accepted,
  appendEntries,
  effectsOf,
  heartbeat,
  heartbeatAnswer,
  leader,
  n1,
  n2,
  n3,
  sent,
  Server,
  THREE,
} from './support/server.ts';

const MEMBERS = THREE.map((id) => voter(id));
const at = (index: number, inTerm: number) => snapshotOf(index, inTerm, MEMBERS);

/** A leader of term 2 whose log began with five entries, of which it has dropped some. */
function compactedLeader(dropUpTo: number): Server {
  const { server } = leader({ log: logOf(1, 1, 1, 1, 1), term: 1 });
  server.disk();
  server.receive(n2, accepted(server, 6));
  server.step({ kind: 'snapshot-taken', meta: at(6, 2), dropUpTo: logIndex(dropUpTo) });
  return server;
}

const rejects = (prevLogIndex: number, conflictIndex: number) =>
  ({
    kind: 'append-entries-rejected',
    term: term(2),
    prevLogIndex: logIndex(prevLogIndex),
    conflictTerm: term(0),
    conflictIndex: logIndex(conflictIndex),
  }) as const;

describe('log compaction (§7)', () => {
  it('drops what the snapshot covers, and keeps index and term of the last entry dropped', () => {
    const { core } = compactedLeader(4);
    expect([core.log.firstIndex, core.log.lastIndex]).toEqual([5, 6]);
    expect([core.log.termAt(logIndex(4)), core.log.termAt(logIndex(3))]).toEqual([1, undefined]);
    expect(core.base).toEqual({ index: 4, term: 1 });
  });

  it('may drop everything: the log goes on after the snapshot', () => {
    const server = compactedLeader(6);
    expect(sent(server.propose(), 'append-entries', n2)).toMatchObject([
      { prevLogIndex: 6, prevLogTerm: 2, entries: [{ index: 7 }] },
    ]);
  });

  it('refuses a snapshot of what is not committed, and a drop beyond the snapshot', () => {
    const { server } = leader({ log: logOf(1, 1), term: 1 });
    const taken = (index: number, dropUpTo: number) => () =>
      server.step({ kind: 'snapshot-taken', meta: at(index, 1), dropUpTo: logIndex(dropUpTo) });
    expect(taken(2, 1)).toThrow(/only 0 is committed/);
    const other = compactedLeader(3);
    expect(() => other.step({ kind: 'snapshot-taken', meta: at(4, 1), dropUpTo: logIndex(7) })).toThrow(
      /beyond/,
    );
  });

  it('a follower that lags less than the trailing entries needs no snapshot', () => {
    const server = compactedLeader(3);
    const effects = server.receive(n3, rejects(5, 4));
    expect(effectsOf(effects, 'send-snapshot')).toEqual([]);
    expect(sent(effects, 'append-entries', n3)).toMatchObject([{ prevLogIndex: 3, prevLogTerm: 1 }]);
  });
});

describe('a follower that needs what was dropped', () => {
  it('is sent the newest snapshot, in the leader’s term, and no entries meanwhile', () => {
    const server = compactedLeader(4);
    expect(effectsOf(server.receive(n3, rejects(5, 2)), 'send-snapshot')).toEqual([
      { kind: 'send-snapshot', to: n3, term: 2, meta: at(6, 2) },
    ]);
    expect(sent(server.propose(), 'append-entries', n3)).toEqual([]);
    expect(server.core.peers.find(({ id }) => id === n3)).toMatchObject({
      progress: 'snapshot',
      snapshotIndex: 6,
    });
  });

  it('still hears heartbeats, which tell it no more than it has', () => {
    const server = compactedLeader(4);
    server.receive(n3, rejects(5, 2));
    expect(sent(server.tick(2), 'heartbeat', n3)).toMatchObject([{ commitIndex: 0 }]);
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server)), 'send-snapshot')).toEqual([]);
  });

  it('goes on with entries once it says that it has the snapshot', () => {
    const server = compactedLeader(4);
    server.receive(n3, rejects(5, 2));
    server.propose();
    expect(sent(server.receive(n3, accepted(server, 6)), 'append-entries', n3)).toMatchObject([
      { prevLogIndex: 6, entries: [{ index: 7 }] },
    ]);
  });

  it('goes on with entries once it says that it has what the log begins with, whatever became of the snapshot', () => {
    const server = compactedLeader(4);
    server.receive(n3, rejects(5, 2));
    expect(sent(server.receive(n3, accepted(server, 4)), 'append-entries', n3)).toMatchObject([
      { prevLogIndex: 4, entries: [{ index: 5 }, { index: 6 }] },
    ]);
  });

  it('is sent a newer one if the log went on without it meanwhile', () => {
    const server = compactedLeader(4);
    server.receive(n3, rejects(5, 2));
    server.propose();
    server.disk();
    server.receive(n2, accepted(server, 7));
    server.step({ kind: 'snapshot-taken', meta: at(7, 2), dropUpTo: logIndex(7) });
    expect(effectsOf(server.receive(n3, accepted(server, 6)), 'send-snapshot')).toMatchObject([
      { meta: at(7, 2) },
    ]);
  });

  it('is asked again when it answers, not at once, if the snapshot could not be sent', () => {
    const server = compactedLeader(4);
    server.receive(n3, rejects(5, 2));
    expect(server.step({ kind: 'snapshot-not-sent', to: n3 })).toEqual([]);
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server)), 'send-snapshot')).toHaveLength(1);
  });

  it('is asked with each heartbeat whether the snapshot came: its word may be lost', () => {
    const server = compactedLeader(4);
    server.receive(n3, rejects(5, 2));
    expect(sent(server.tick(2), 'append-entries', n3)).toMatchObject([
      { prevLogIndex: 6, prevLogTerm: 2, entries: [] },
    ]);
    expect(server.receive(n3, rejects(6, 2))).toEqual([]);
    server.receive(n3, accepted(server, 6));
    expect(server.core.peers.find(({ id }) => id === n3)).toMatchObject({ progress: 'replicate' });
  });

  it('is asked so even if the log was dropped beyond that snapshot since', () => {
    const server = compactedLeader(4);
    server.receive(n3, rejects(5, 2));
    server.propose();
    server.disk();
    server.receive(n2, accepted(server, 7));
    server.step({ kind: 'snapshot-taken', meta: at(7, 2), dropUpTo: logIndex(7) });
    expect(sent(server.tick(2), 'append-entries', n3)).toMatchObject([{ prevLogIndex: 6, prevLogTerm: 2 }]);
  });

  it('is found by the heartbeats, too, if the log was dropped while an answer was missing', () => {
    const { server } = leader({ log: logOf(1, 1, 1), term: 1 });
    server.receive(n3, rejects(3, 2));
    server.disk();
    server.receive(n2, accepted(server, 4));
    server.step({ kind: 'snapshot-taken', meta: at(4, 2), dropUpTo: logIndex(4) });
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server)), 'send-snapshot')).toHaveLength(1);
  });

  it('comes up with the others, through the snapshot', () => {
    const cluster = new Cluster(THREE);
    cluster.isolate(n3);
    cluster.elect(n1);
    for (let n = 0; n < 20; n += 1) cluster.propose(n1, n);
    cluster.deliverAll();
    cluster.compact(n1, membersPayload(MEMBERS), 2);
    cluster.heal();
    cluster.pass(6);
    expect(
      cluster.effects.filter(({ node, effect }) => node === n3 && effect.kind === 'install-snapshot'),
    ).toHaveLength(1);
    expect(cluster.core(n3).commitIndex).toBe(cluster.core(n1).commitIndex);
    cluster.crash(n3);
    cluster.restart(n3);
    expect(cluster.core(n3).log.lastIndex).toBe(cluster.core(n1).log.lastIndex);
  });
});

describe('a follower whose log begins later than what it is asked about', () => {
  const compactedFollower = (): Server => {
    const server = new Server({ log: logOf(1, 1, 1, 1), term: 1 });
    server.receive(n2, heartbeat(1, 4));
    server.step({ kind: 'snapshot-taken', meta: at(4, 1), dropUpTo: logIndex(4) });
    return server;
  };

  it('has it by definition, and says how far it knows', () => {
    const server = compactedFollower();
    expect(
      sent(server.receive(n2, appendEntries(1, { index: 1, term: 1 })), 'append-entries-accepted'),
    ).toMatchObject([{ matchIndex: 4 }]);
  });

  it('skips the entries that it has no more, and takes what follows them', () => {
    const server = compactedFollower();
    const entries = [entryOf(1, 3), entryOf(1, 4), entryOf(1, 5)];
    const effects = server.receiveDurably(n2, appendEntries(1, { index: 2, term: 1 }, entries));
    expect(effectsOf(effects, 'persist')).toMatchObject([{ truncateFrom: null, entries: [{ index: 5 }] }]);
    expect(sent(effects, 'append-entries-accepted')).toMatchObject([{ matchIndex: 5 }]);
  });

  it('never cuts at or below what is committed, whatever an old message says', () => {
    const server = compactedFollower();
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, logOf(1, 1)));
    expect(server.core.log.lastIndex).toBe(4);
  });
});
