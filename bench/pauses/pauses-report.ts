import type { Circumstances } from '../machine.ts';
import { figure, markdownTable } from '../report/table.ts';
import type { PauseRow } from './pause-watch.ts';

const MIB = 1024 * 1024;

export function pausesReport(
  rows: readonly PauseRow[],
  { at, commit, machine, node }: Circumstances,
): string {
  const cells = rows.map((row) => [
    row.stage,
    row.node,
    figure(row.longest?.pauseMs ?? 0),
    figure(row.longest?.workedMs ?? 0),
    figure(row.longest?.waitedMs ?? 0),
    figure(row.mostWorkedMs),
    String(row.snapshots),
    figure(row.snapshotBytes / MIB),
  ]);
  const head = [
    'stage',
    'node',
    'longest pause ms',
    'worked',
    'waited for a core',
    'most worked in one',
    'snapshots',
    'MiB of one',
  ];
  return [
    markdownTable(head, cells),
    '',
    `Of the longest pause, for how long its main thread worked, and for how long it waited for a core; and the most that it worked in any. 0: none of 10 ms. ${at}, commit ${commit}, Node ${node}, ${machine}.`,
  ].join('\n');
}
