import { expect, it } from 'vitest';
import { plainPainter } from '../../../src/cli/painter.ts';
import type { NodeAnswer } from '../../../src/cli/status/ask-node.ts';
import { renderStatus } from '../../../src/cli/status/status-table.ts';
import { judgeCluster } from '../../../src/cli/status/verdict.ts';
import { down, up } from './answers.ts';

const render = (answers: readonly NodeAnswer[]): string =>
  `\n${renderStatus(answers, judgeCluster(answers), plainPainter)}\n`;

it('the table shows every node, and the dead one too', () => {
  expect(
    render([
      up('n1', { appliedIndex: 118, stateHash: '00ff00ff00ff', connections: 12 }),
      up('n2', { role: 'leader', pid: 99 }),
      down('n3'),
    ]),
  ).toBe(`
NODE  ROLE      TERM  LEADER  COMMIT  APPLIED  LAST  LAG  CONN  HASH       PID  NOTE
n1    follower     7  n2         120      118   121    2    12  00ff00ff  4711
n2    leader       7  n2         120      120   121    0     2  9f86d081    99
n3    down         -  -            -        -     -    -     -  -            -  127.0.0.1:8003 is not listened on

leader n2, term 7, can lose none
`);
});

it('a node that waits says for what, and warnings follow the verdict', () => {
  expect(
    render([
      up('n1', { role: 'starting', leader: null, term: 0, waitingFor: 'n3', alarms: ['look at me'] }),
      down('n2'),
      down('n3'),
    ]),
  ).toBe(`
NODE  ROLE      TERM  LEADER  COMMIT  APPLIED  LAST  LAG  CONN  HASH       PID  NOTE
n1    starting     0  -          120      120   121    0     2  9f86d081  4711  waits for n3
n2    down         -  -            -        -     -    -     -  -            -  127.0.0.1:8003 is not listened on
n3    down         -  -            -        -     -    -     -  -            -  127.0.0.1:8003 is not listened on

1 of 3 up, need 2; missing: n2, n3
warning: n1: look at me
`);
});
