import { expect, it } from 'vitest';
import { renderMembers } from '../../../src/cli/members/members-table.ts';
import { plainPainter } from '../../../src/cli/painter.ts';
import type { MemberStatus } from '../../../src/transport/http/node-status.ts';
import { down, up } from '../status/answers.ts';
import { memberOf } from './some-members.ts';

const render = (members: readonly MemberStatus[], answers: Parameters<typeof renderMembers>[1]): string =>
  `\n${renderMembers(members, answers, plainPainter)}\n`;

it('the list shows who belongs to the cluster, what each says of itself, and what the leader knows of it', () => {
  const peer = (id: string, matchIndex: number) => ({ id, connected: true, matchIndex, lastContactMs: 10 });
  expect(
    render(
      [
        memberOf(1),
        memberOf(2),
        memberOf(3),
        { ...memberOf(4), role: 'learner', promote: true, replaces: 'n3', folderId: '', client: '' },
      ],
      [
        up('n1', { role: 'leader', durableIndex: 121, peers: [peer('n2', 120), peer('n4', 7)] }),
        up('n2', { standing: 'recovering' }),
        down('n3'),
        up('n4'),
      ],
    ),
  ).toBe(`
ID  ROLE     STANDING    MATCH  FOLDER    PEER            CLIENT          HTTP            NOTE
n1  voter    voting        121  01010101  127.0.0.1:7001  127.0.0.1:6661  127.0.0.1:8001  leads
n2  voter    recovering    120  02020202  127.0.0.1:7002  127.0.0.1:6662  127.0.0.1:8002
n3  voter    down            -  03030303  127.0.0.1:7003  127.0.0.1:6663  127.0.0.1:8003  127.0.0.1:8003 is not listened on
n4  learner  voting          7  -         127.0.0.1:7004  -               127.0.0.1:8004  will vote once it has caught up; takes the place of n3
`);
});

it('without a leader nobody knows how far the others are', () => {
  expect(render([memberOf(1)], [up('n1')])).toBe(`
ID  ROLE   STANDING  MATCH  FOLDER    PEER            CLIENT          HTTP            NOTE
n1  voter  voting        -  01010101  127.0.0.1:7001  127.0.0.1:6661  127.0.0.1:8001
`);
});
