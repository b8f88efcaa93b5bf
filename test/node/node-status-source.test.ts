import { describe, expect, it } from 'vitest';
import type { StatusParts } from '../../src/node/node-status-source.ts';
import { statusSource } from '../../src/node/node-status-source.ts';
import { nodeId } from '../../src/ordered-log/ids.ts';
import { emptySnapshot } from '../../src/raft/driver/node-snapshot.ts';
import type { NodeSnapshot } from '../../src/raft/driver/node-snapshot.ts';
import { foundingMember } from '../../src/raft/driver/members-payload.ts';

const [n1, n2, n3] = ['n1', 'n2', 'n3'].map(nodeId) as [
  ReturnType<typeof nodeId>,
  ReturnType<typeof nodeId>,
  ReturnType<typeof nodeId>,
];
const members = [n1, n2, n3].map((id) =>
  foundingMember({ id, peer: '', client: '', http: '' }, 'ab'.repeat(16)),
);

function source(
  snapshot: Partial<NodeSnapshot>,
  changes: Partial<StatusParts> = {},
): ReturnType<typeof statusSource> {
  const self = {
    id: n1,
    folderId: 'ab'.repeat(16),
    formerFolderIds: [],
    nodes: [],
    joining: false,
    forgotCluster: false,
  };
  const whole = {
    ...emptySnapshot(self, '00', null, 1),
    clusterId: 'cd',
    members,
    leader: n2,
    incarnation: 1,
    ...snapshot,
  };
  return statusSource({
    version: '1.2.3',
    snapshot: () => whole,
    views: {
      counts: () => ({ accounts: 1, messages: 2 }),
      room: () => ({ usedBytes: 1, limitBytes: 100 }),
    } as StatusParts['views'],
    connections: () => 3,
    alarms: () => ['look at this'],
    disagreement: () => null,
    snapshotAt: () => null,
    longestPauseMs: () => 5,
    setAside: () => ({ files: 0, bytes: 0 }),
    tickMs: 10,
    electionTimeoutMs: 300,
    ...changes,
  });
}

const alarmsOf = (snapshot: Partial<NodeSnapshot>, changes: Partial<StatusParts> = {}): readonly string[] =>
  source(snapshot, changes).status().alarms.slice(1);

describe('what a node raises an alarm about', () => {
  it('is, of its own, what its parts have raised', () => {
    expect(source({}).status().alarms).toEqual(['look at this']);
  });

  it('is a full disk of another node, and that nothing can be written when most are full', () => {
    expect(alarmsOf({ shortOfRoom: [n1] })).toEqual([]);
    expect(alarmsOf({ shortOfRoom: [n3] })).toEqual(['the disk of n3 is full']);
    expect(alarmsOf({ shortOfRoom: [n1, n3] })).toEqual([
      'the disks of n1 and n3 are full: without room on a majority the cluster can only be read',
    ]);
  });

  it('is a snapshot that has rotted', () => {
    expect(alarmsOf({ damagedSnapshotAt: 12 })[0]).toContain('the snapshot at 12 has been damaged');
  });

  it('is a learner that does not keep up', () => {
    expect(alarmsOf({ lagging: [n3] })[0]).toContain('n3 was to vote, and does not keep up');
  });

  it('is a name under which two processes run', () => {
    expect(alarmsOf({ twins: ['two processes run as n3'] })).toEqual(['two processes run as n3']);
  });

  it('is what was set aside in its folder, until somebody removes it', () => {
    expect(alarmsOf({}, { setAside: () => ({ files: 2, bytes: 16_800_000 }) })[0]).toContain(
      '2 files that were set aside because of a doubt take 16.8 MB',
    );
  });

  it('is a pause after which all others have given it up', () => {
    expect(alarmsOf({}, { longestPauseMs: () => 599 })).toEqual([]);
    expect(alarmsOf({}, { longestPauseMs: () => 600 })[0]).toContain('attended to nothing for 600 ms');
  });

  it('is that the memory is nearly used up, but not before there is a limit', () => {
    const room = (usedBytes: number, limitBytes: number): Partial<StatusParts> => ({
      views: {
        counts: () => ({ accounts: 0, messages: 0 }),
        room: () => ({ usedBytes, limitBytes }),
      } as StatusParts['views'],
    });
    expect(alarmsOf({}, room(89, 100))).toEqual([]);
    expect(alarmsOf({}, room(0, 0))).toEqual([]);
    expect(alarmsOf({}, room(90, 100))[0]).toContain('the chat takes 90 % of the memory that it may take');
  });

  it('is that it was removed', () => {
    expect(alarmsOf({ removed: true })[0]).toContain('n1 does not belong to the cluster any more');
  });
});

describe('a node is ready', () => {
  it.each<[string, Partial<NodeSnapshot>, string]>([
    ['while its cluster is not born', { clusterId: null, waitingFor: 'n3' }, 'waiting for n3'],
    ['without a leader', { leader: null }, 'no leader is known'],
    [
      'while it alone remembers',
      { leader: null, waitingFor: 'n2: n1 alone remembers' },
      'waiting for n2: n1 alone remembers',
    ],
    [
      'while it recovers',
      { standing: 'recovering' },
      'recovering: the others have not readmitted this node yet',
    ],
    ['while it catches up', { commitIndex: 9, appliedIndex: 7 }, 'catching up: 7 of 9 applied'],
    ['before it is taken in', { incarnation: null }, 'not yet taken in by the cluster'],
  ])('not %s, and says so', (_, snapshot, why) => {
    expect(source(snapshot).ready()).toEqual({ ready: false, why });
  });

  it('otherwise', () => {
    expect(source({}).ready().ready).toBe(true);
  });
});

describe('a node whose folder knows of no cluster yet', () => {
  it('is not said to vote: it may have been emptied', () => {
    expect(source({ clusterId: null }).status().standing).toBe('starting');
    expect(source({ standing: 'recovering' }).status().standing).toBe('recovering');
    expect(source({}).status().standing).toBe('voting');
  });
});
