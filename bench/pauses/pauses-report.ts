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
    figure(row.longestMs),
    String(row.snapshots),
    figure(row.snapshotBytes / MIB),
  ]);
  return [
    markdownTable(['stage', 'node', 'longest pause ms', 'snapshots', 'MiB of one'], cells),
    '',
    `A pause is seen for one to two minutes: also in the stage after its own. ${at}, commit ${commit}, Node ${node}, ${machine}.`,
  ].join('\n');
}
