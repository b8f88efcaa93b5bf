import { describe, expect, it } from 'vitest';
import type { NodeAnswer } from '../../../src/cli/status/ask-node.ts';
import { judgeCluster } from '../../../src/cli/status/verdict.ts';
import { down, up } from './answers.ts';

const leader = up('n2', { role: 'leader' });

describe('the verdict on a cluster', () => {
  it.each<[string, readonly NodeAnswer[], string, boolean]>([
    ['all are well', [up('n1'), leader, up('n3')], 'leader n2, term 7, can lose 1 more', true],
    ['one is dead', [up('n1'), leader, down('n3')], 'leader n2, term 7, can lose none', true],
    [
      'five, one dead',
      [up('n1'), leader, down('n3'), up('n4'), up('n5')],
      'leader n2, term 7, can lose 1 more',
      true,
    ],
    ['one node alone', [leader], 'leader n2, term 7, can lose none', true],
    [
      'two are dead',
      [up('n1', { leader: null }), down('n2'), down('n3')],
      '1 of 3 up, need 2; missing: n2, n3',
      false,
    ],
    ['all are dead', [down('n1'), down('n2'), down('n3')], '0 of 3 up, need 2; missing: n1, n2, n3', false],
    [
      'the leader died a moment ago',
      [up('n1'), down('n2'), up('n3')],
      'no leader yet: 2 of 3 up, an election is on, term 7',
      false,
    ],
    [
      'a first start that is not complete',
      [
        up('n1', { role: 'starting', leader: null, waitingFor: 'n3: a new cluster needs all its nodes' }),
        up('n2', { role: 'starting', leader: null }),
        down('n3'),
      ],
      'no leader yet: 2 of 3 up, n1 waits for n3: a new cluster needs all its nodes',
      false,
    ],
    [
      'a leader whose followers are gone but for itself',
      [down('n1'), leader, down('n3')],
      'leader n2, term 7, has no majority: 1 of 3 follow it, need 2',
      false,
    ],
    [
      'an old leader that has not heard of the new one',
      [up('n1', { role: 'leader', leader: 'n1', term: 6 }), leader, up('n3')],
      'leader n2, term 7, can lose none',
      true,
    ],
  ])('%s', (_, answers, line, healthy) => {
    expect(judgeCluster(answers)).toMatchObject({ line, healthy });
  });

  it('names leader and term for programs', () => {
    expect(judgeCluster([up('n1'), leader, up('n3')])).toMatchObject({ leader: 'n2', term: 7, warnings: [] });
    expect(judgeCluster([down('n1')])).toMatchObject({ leader: null, term: null });
  });

  it('warns if two replicas differ though they have applied as much', () => {
    expect(judgeCluster([up('n1'), leader, up('n3', { stateHash: 'ffff' })]).warnings).toEqual([
      'the states of n1 and n2 and n3 differ at applied index 120',
    ]);
  });

  it('does not warn if one is merely behind', () => {
    expect(
      judgeCluster([up('n1'), leader, up('n3', { stateHash: 'ffff', appliedIndex: 100 })]).warnings,
    ).toEqual([]);
  });

  it('warns of nodes of different clusters, but not of one that has none yet', () => {
    expect(judgeCluster([up('n1', { clusterId: 'aa' }), leader]).warnings).toEqual([
      'the nodes belong to different clusters: a data folder is not where it should be',
    ]);
    expect(judgeCluster([up('n1', { clusterId: null }), leader]).warnings).toEqual([]);
  });

  it('passes on what the nodes are alarmed about', () => {
    expect(judgeCluster([up('n1', { alarms: ['the disk is nearly full'] }), leader]).warnings).toEqual([
      'n1: the disk is nearly full',
    ]);
  });
});
