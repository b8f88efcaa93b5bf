import type { Circumstances } from '../machine.ts';
import { figure, markdownTable } from '../report/table.ts';
import type { ApplyResult } from './run-apply.ts';

export function applyReport(
  results: readonly ApplyResult[],
  { at, commit, machine, node }: Circumstances,
): string {
  const rows = results.map(({ kind, costsUs, majorCollections }) => {
    const sorted = costsUs.toSorted((a, b) => a - b);
    const least = sorted[0] ?? Number.NaN;
    const median = sorted[sorted.length >> 1] ?? Number.NaN;
    return [kind, figure(least), figure(median), String(majorCollections)];
  });
  return [
    markdownTable(['messages', 'least µs', 'median', 'major collections'], rows),
    '',
    `CPU of one replica for each message. ${at}, commit ${commit}, Node ${node}, ${machine}.`,
  ].join('\n');
}
