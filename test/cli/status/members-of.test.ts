import { describe, expect, it } from 'vitest';
import { membersOf } from '../../../src/cli/status/members-of.ts';
import { judgeCluster } from '../../../src/cli/status/verdict.ts';
import { memberOf } from '../members/some-members.ts';
import { down, up } from './answers.ts';

const three = [memberOf(1), memberOf(2), memberOf(3)];
const four = [...three, memberOf(4)];
const known = (answers: Parameters<typeof membersOf>[0]): readonly string[] =>
  membersOf(answers).map(({ id }) => id);

describe('who belongs to the cluster', () => {
  it('is said by the leader, whoever else knows less', () => {
    expect(known([up('n1', { members: three }), up('n2', { role: 'leader', members: four })])).toHaveLength(
      4,
    );
  });

  it('is said by whoever is furthest, while nobody leads', () => {
    const behind = up('n1', { members: four, commitIndex: 5 });
    expect(known([behind, up('n2', { members: three, commitIndex: 9 })])).toHaveLength(3);
    expect(known([up('n1', { members: four, term: 8 }), up('n2', { members: three, term: 7 })])).toHaveLength(
      4,
    );
  });

  it('is unknown while no node knows it', () => {
    expect(known([up('n1'), down('n2')])).toEqual([]);
  });
});

describe('the verdict on a cluster whose members have changed', () => {
  const leader = up('n2', { role: 'leader', members: four });

  it('counts the members of the log, not the nodes of the file', () => {
    expect(judgeCluster([up('n1'), leader, down('n3')])).toMatchObject({
      healthy: false,
      line: 'leader n2, term 7, has no majority: 2 of 4 follow it, need 3',
    });
  });

  it('does not count a learner, nor a node that recovers', () => {
    const members = [...three, { ...memberOf(4), role: 'learner' as const }];
    const answers = [
      up('n1', { standing: 'recovering' }),
      up('n2', { role: 'leader', members }),
      up('n3'),
      up('n4'),
    ];
    const { line, warnings } = judgeCluster(answers);
    expect(line).toBe('leader n2, term 7, can lose none');
    expect(warnings).toEqual(['n1: recovering: it does not vote until the others have readmitted it']);
  });

  it('warns of a doubt and of a file that disagrees, in the words of the node', () => {
    const answers = [
      up('n1', { standing: 'recovering', doubt: 'its log was cut' }),
      leader,
      up('n3', { disagreement: 'the file differs' }),
    ];
    expect(judgeCluster(answers).warnings).toEqual(['n1: its log was cut', 'n3: the file differs']);
  });

  it('says once what several nodes say', () => {
    const disagreement = 'the file differs';
    const answers = [up('n1', { disagreement }), leader, up('n3', { disagreement, alarms: ['look'] })];
    expect(judgeCluster(answers).warnings).toEqual(['n1 and n3: the file differs', 'n3: look']);
  });
});
