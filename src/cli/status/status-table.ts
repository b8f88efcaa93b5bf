import type { Painter } from '../painter.ts';
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
  const rows = answers.map((answer) => cellsOf(answer, commit));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        NUMBERS.has(HEADINGS[column] ?? '')
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const body = answers.map((answer, place) =>
    paint(answer.kind === 'down' ? 'red' : 'dim', lineOf(rows[place] ?? [])),
  );
  return [
    paint('bold', lineOf(HEADINGS)),
    ...body,
    '',
    paint(verdict.healthy ? 'green' : 'red', verdict.line),
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
    status.waitingFor === null ? '' : `waits for ${status.waitingFor}`,
  ];
}
