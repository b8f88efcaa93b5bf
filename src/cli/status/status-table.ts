import type { NodeStatus } from '../../transport/http/node-status.ts';
import type { Painter } from '../painter.ts';
import { alignTable } from '../table.ts';
import type { NodeAnswer } from './ask-node.ts';
import type { Verdict } from './verdict.ts';

const HEADINGS = [
  'NODE',
  'ROLE',
  'TERM',
  'LEADER',
  'COMMIT',
  'APPLIED',
  'LAST',
  'LAG',
  'CONN',
  'HASH',
  'PID',
  'NOTE',
];
/** Columns of numbers, which stand at the right. */
const NUMBERS = new Set(['TERM', 'COMMIT', 'APPLIED', 'LAST', 'LAG', 'CONN', 'PID']);
const HASH_LETTERS = 8;

/** All nodes as an aligned table, the dead ones too, with the verdict below it. Pure. */
export function renderStatus(answers: readonly NodeAnswer[], verdict: Verdict, paint: Painter): string {
  const commit = Math.max(
    0,
    ...answers.map((answer) => (answer.kind === 'up' ? answer.status.commitIndex : 0)),
  );
  const [head = '', ...body] = alignTable(
    HEADINGS,
    answers.map((answer) => cellsOf(answer, commit)),
    NUMBERS,
  );
  return [
    paint('bold', head),
    ...body.map((line, place) => paint(answers[place]?.kind === 'down' ? 'red' : 'dim', line)),
    '',
    paint(verdict.healthy ? 'green' : 'red', verdict.line),
    ...verdict.hints,
    ...verdict.warnings.map((warning) => paint('yellow', `warning: ${warning}`)),
  ].join('\n');
}

function cellsOf(answer: NodeAnswer, commit: number): readonly string[] {
  if (answer.kind === 'down') return [answer.node, 'down', ...HEADINGS.slice(3).map(() => '-'), answer.why];
  const { status } = answer;
  return [
    status.node,
    status.role,
    String(status.term),
    status.leader ?? '-',
    String(status.commitIndex),
    String(status.appliedIndex),
    String(status.lastIndex),
    String(Math.max(0, commit - status.appliedIndex)),
    String(status.connections),
    status.stateHash.slice(0, HASH_LETTERS),
    String(status.pid),
    noteOf(status),
  ];
}

function noteOf(status: NodeStatus): string {
  const member = status.members.find(({ id }) => id === status.node);
  const { snapshot } = status;
  return [
    status.standing === 'recovering' ? 'recovering' : '',
    member?.role === 'learner' ? 'learner' : '',
    status.members.length > 0 && member === undefined ? 'not a member' : '',
    status.waitingFor === null ? '' : `waits for ${status.waitingFor}`,
    snapshot === null ? '' : `snapshot at ${snapshot.index}, log from ${status.firstIndex}`,
  ]
    .filter((note) => note !== '')
    .join('; ');
}
