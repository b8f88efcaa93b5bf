import { describe, expect, it } from 'vitest';
import { term } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import { logOf } from './support/entries.ts';
import { folderOf, membersEntry, membersPayload, snapshotOf, voter } from './support/memberships.ts';
import {
  accepted,
  appendEntries,
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
  type Found,
} from './support/server.ts';
import { FORMER, known, SUSPECT } from './support/suspect.ts';

/** An emptied folder: no log, no members, nothing remembered. */
const EMPTIED: Found = { standing: 'recovering', snapshot: null };

describe('a recovering node takes part', () => {
  it('takes entries and heartbeats, and says with its acceptances that it does not count', () => {
    const server = new Server(EMPTIED);
    const entries = [membersEntry(1, 1, known(FORMER))];
    const effects = server.receiveDurably(n2, appendEntries(1, { index: 0, term: 0 }, entries));
    expect(sent(effects, 'append-entries-accepted')).toMatchObject([
      { matchIndex: 1, standing: 'recovering' },
    ]);
    expect(sent(server.receive(n2, heartbeat(1, 1)), 'heartbeat-response')).toHaveLength(1);
    expect(server.core.commitIndex).toBe(1);
  });

  it('keeps its standing with every term and vote that it writes', () => {
    const server = new Server(SUSPECT);
    expect(effectsOf(server.receive(n2, requestVote(5, { index: 9, term: 4 })), 'persist')).toMatchObject([
      { hardState: { term: 5, votedFor: n2, standing: 'recovering' } },
    ]);
  });
});

describe('an emptied node', () => {
  it('gives no vote and no pre-vote: it would agree to anything', () => {
    const server = new Server(EMPTIED);
    expect(sent(server.receive(n2, preVote(1)), 'pre-vote-response')).toMatchObject([
      { granted: false, standing: 'recovering' },
    ]);
    expect(sent(server.receiveDurably(n2, requestVote(1)), 'request-vote-response')).toMatchObject([
      { granted: false, standing: 'recovering' },
    ]);
    expect(server.core.votedFor).toBeNull();
  });

  it('gives none either when a leader that is out of date has brought it a log that names its folder', () => {
    const server = new Server(EMPTIED);
    const members = known(folderOf(n1));
    server.receiveDurably(n2, appendEntries(1, { index: 0, term: 0 }, [membersEntry(1, 1, members)]));
    server.tick(ELECTION_TICKS);
    expect(
      sent(server.receiveDurably(n3, requestVote(2, { index: 1, term: 1 })), 'request-vote-response'),
    ).toMatchObject([{ granted: false }]);
  });

  it('never campaigns, not even when told to', () => {
    const server = new Server(EMPTIED);
    const entries = [membersEntry(1, 1, known(FORMER))];
    server.receiveDurably(n2, appendEntries(1, { index: 0, term: 0 }, entries));
    server.receive(n2, { kind: 'timeout-now', term: term(1) });
    expect(sent(server.tick(5 * ELECTION_TICKS), 'pre-vote')).toEqual([]);
    expect(server.core.role).toBe('follower');
  });

  it('two of three: the third remembers alone, and waits', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(4);
    for (const id of [n2, n3]) {
      cluster.crash(id);
      cluster.empty(id);
      cluster.restart(id);
    }
    cluster.pass(100);
    expect(cluster.leaders).toEqual([]);
    expect(cluster.core(n1).commitIndex).toBeGreaterThan(0);
  });

  it('one of three comes back by itself once the leader has named its new folder', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(4);
    cluster.crash(n3);
    cluster.empty(n3);
    cluster.restart(n3);
    cluster.pass(4);
    expect([cluster.core(n3).standing, cluster.core(n3).log.lastIndex]).toEqual(['recovering', 1]);
    cluster.changeMembers(n1, [voter(n1), voter(n2), voter(n3, cluster.folderId(n3))]);
    cluster.pass(4);
    expect(cluster.core(n3).standing).toBe('voting');
    expect(cluster.disk(n3).hardState.standing).toBe('voting');
    // It counts from then on: with n2 gone, the two of them go on.
    cluster.crash(n2);
    cluster.propose(n1);
    cluster.pass(2);
    expect(cluster.core(n1).commitIndex).toBe(cluster.core(n1).log.lastIndex);
  });
});

describe('what a recovering node does not count for', () => {
  it('an election: a majority is one of those that can vouch, and of all voters', () => {
    const server = new Server({ log: logOf(1), term: 1 });
    server.tick(ELECTION_TICKS);
    server.receive(n2, preVoteGrant(2, 1, 'recovering'));
    expect(server.core.role).toBe('pre-candidate');
    server.receive(n3, preVoteGrant(2));
    server.disk();
    server.receive(n2, voteGrant(2, 'recovering'));
    expect(server.core.role).toBe('candidate');
  });

  it('a commit: what it acknowledged it may have acknowledged, and forgotten, before', () => {
    const { server } = leader();
    server.step({ kind: 'peer-replaced', peer: n2 });
    server.disk();
    server.receive(n2, accepted(server, 1, 'recovering'));
    expect(server.core.commitIndex).toBe(0);
    server.receive(n3, accepted(server, 1));
    expect(server.core.commitIndex).toBe(1);
  });

  it('a read: it may have forgotten its vote for a later leader', () => {
    const { server } = leader({ members: FIVE });
    server.step({ kind: 'peer-replaced', peer: n2 });
    server.read(1);
    server.receive(n2, heartbeatAnswer(server, 1));
    expect(effectsOf(server.receive(n3, heartbeatAnswer(server, 1)), 'read-ready')).toEqual([]);
  });

  it('keeping a leader in office: alone with it, a leader can commit nothing', () => {
    const { server } = leader();
    server.step({ kind: 'peer-replaced', peer: n2 });
    for (let ticks = 0; ticks < ELECTION_TICKS; ticks += 1) {
      server.tick();
      server.receive(n2, heartbeatAnswer(server));
    }
    expect(server.core.role).toBe('follower');
  });

  it('a hand-over: it is not the one to lead', () => {
    const { server } = leader();
    server.step({ kind: 'peer-replaced', peer: n2 });
    server.receive(n2, accepted(server, 1, 'recovering'));
    server.step({ kind: 'transfer', to: n2 });
    expect(server.core.transferTarget).toBeNull();
    server.receive(n3, accepted(server, 1));
    server.step({ kind: 'transfer', to: null });
    expect(server.core.transferTarget).toBe(n3);
  });

  it('its leader counts it from the first word that says it can vouch, and a late word from before changes nothing', () => {
    const { server } = leader();
    server.step({ kind: 'peer-replaced', peer: n2 });
    server.disk();
    server.receive(n2, accepted(server, 1, 'recovering'));
    server.receive(n2, accepted(server, 1, 'voting'));
    expect(server.core.commitIndex).toBe(1);
    server.receive(n2, accepted(server, 1, 'recovering'));
    expect(server.core.peers.find(({ id }) => id === n2)?.standing).toBe('voting');
  });
});

describe('a peer that is back with another folder', () => {
  it('has nothing of what it acknowledged before', () => {
    const { server } = leader();
    server.disk();
    server.receive(n2, accepted(server, 1));
    const effects = server.step({ kind: 'peer-replaced', peer: n2 });
    expect(server.core.peers.find(({ id }) => id === n2)).toMatchObject({ matchIndex: 0, progress: 'probe' });
    expect(sent(effects, 'append-entries', n2)).toMatchObject([{ prevLogIndex: 1, entries: [] }]);
    expect(sent(server.tick(2), 'heartbeat', n2)).toMatchObject([{ commitIndex: 0 }]);
  });

  it('takes back the vote of its earlier life, and the leadership that was on its way to it', () => {
    const server = new Server();
    server.tick(ELECTION_TICKS);
    server.receive(n2, preVoteGrant(1));
    server.receive(n2, voteGrant(1));
    server.step({ kind: 'peer-replaced', peer: n2 });
    server.disk();
    expect(server.core.role).toBe('candidate');
    const other = leader().server;
    other.step({ kind: 'transfer', to: n2 });
    other.step({ kind: 'peer-replaced', peer: n2 });
    expect(other.core.transferTarget).toBeNull();
  });
});

describe('readmission: a committed membership names the new folder', () => {
  const readmission = membersEntry(1, 1, known(folderOf(n1)));
  const readmitted = (): Server => {
    const server = new Server(EMPTIED);
    server.receiveDurably(n2, appendEntries(1, { index: 0, term: 0 }, [readmission]));
    return server;
  };

  it('not before it is committed: until then it may be cut away, and with it what made it safe', () => {
    const server = readmitted();
    expect([server.core.membership.members, server.core.standing]).toEqual([
      known(folderOf(n1)),
      'recovering',
    ]);
  });

  it('then it is written down, and only once that is durable it is so', () => {
    const server = readmitted();
    const effects = server.receive(n2, heartbeat(1, 1));
    expect(effectsOf(effects, 'persist')).toMatchObject([{ hardState: { term: 1, standing: 'voting' } }]);
    expect(effectsOf(effects, 'standing-changed')).toEqual([]);
    expect(server.core.standing).toBe('recovering');
    const after = server.disk();
    expect(effectsOf(after, 'standing-changed')).toEqual([{ kind: 'standing-changed', standing: 'voting' }]);
    expect(sent(after, 'append-entries-accepted', n2)).toMatchObject([{ matchIndex: 1, standing: 'voting' }]);
  });

  it('it votes from then on', () => {
    const server = readmitted();
    server.receive(n2, heartbeat(1, 1));
    server.disk();
    expect(
      sent(
        server.receiveDurably(n3, requestVote(2, { index: 1, term: 1 }, 'transfer')),
        'request-vote-response',
      ),
    ).toMatchObject([{ granted: true, standing: 'voting' }]);
  });

  it('a membership that names another of its folders is none', () => {
    const server = new Server(EMPTIED);
    const entries = [membersEntry(1, 1, known('another one'))];
    server.receiveDurably(n2, appendEntries(1, { index: 0, term: 0 }, entries, 1));
    expect([server.core.commitIndex, server.core.standing]).toEqual([1, 'recovering']);
    expect(effectsOf(server.disk(), 'standing-changed')).toEqual([]);
  });

  it('a snapshot tells it too, when it comes and when the node starts with it', () => {
    const meta = snapshotOf(7, 1, known(folderOf(n1)));
    const server = new Server({ ...EMPTIED, term: 1 });
    server.step({ kind: 'snapshot-received', from: n2, term: term(1), meta });
    server.disk();
    expect(server.core.standing).toBe('voting');
    const started = new Server({ standing: 'recovering', snapshot: meta });
    started.tick();
    started.disk();
    expect(started.core.standing).toBe('voting');
  });

  it('is committed without the one that it readmits', () => {
    const { server } = leader();
    server.disk();
    server.receive(n3, accepted(server, 1));
    server.step({ kind: 'peer-replaced', peer: n2 });
    const payload = membersPayload([voter(n1), voter(n2, 'its new folder'), voter(n3)]);
    server.step({ kind: 'change-members', payload, clusterTimeMs: 0 });
    server.disk();
    server.receive(n2, accepted(server, 2, 'recovering'));
    expect(server.core.commitIndex).toBe(1);
    server.receive(n3, accepted(server, 2));
    expect(server.core.commitIndex).toBe(2);
  });

  it('is asked how it stands until it has said so: its word may be lost, and nothing else may be sent for long', () => {
    const cluster = new Cluster(THREE);
    cluster.elect(n1);
    cluster.pass(4);
    cluster.crash(n3);
    cluster.doubt(n3);
    cluster.restart(n3);
    cluster.pass(8);
    cluster.carries = ({ from, message }) =>
      from !== n3 || message.kind !== 'append-entries-accepted' || message.standing !== 'voting';
    cluster.changeMembers(
      n1,
      THREE.map((id) => voter(id, cluster.folderId(id))),
    );
    cluster.pass(4);
    expect(cluster.core(n3).standing).toBe('voting');
    cluster.heal();
    cluster.pass(4);
    expect(cluster.core(n1).peers.find(({ id }) => id === n3)?.standing).toBe('voting');
    // So the leader stays when the other one is gone.
    cluster.crash(n2);
    cluster.pass(30);
    expect([cluster.leaders, cluster.core(n1).term]).toEqual([[n1], 1]);
  });
});
