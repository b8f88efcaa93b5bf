import type { Circumstances } from '../machine.ts';
import { figure, markdownTable } from '../report/table.ts';
import { median } from '../load/summary.ts';
import { PROBE_EVERY_MS } from './prober.ts';
import type { FailoverResult } from './run-failover.ts';
import { BLOWS } from './run-failover.ts';

const BAR = 50;
const EDGES_MS = [10, 20, 30, 50, 75, 100, 150, 200, 300, 450, 600, 1_000, 2_000, Number.POSITIVE_INFINITY];

export function failoverReport(
  results: readonly FailoverResult[],
  { at, commit, machine, node }: Circumstances,
): string {
  const rows = results.map(({ blow, silencesMs, acknowledged, unknown, stored }) => [
    blow,
    String(silencesMs.length),
    ...[Math.min(...silencesMs), median(silencesMs), quantile(silencesMs, 0.95), Math.max(...silencesMs)].map(
      figure,
    ),
    String(acknowledged),
    String(unknown),
    String(stored),
  ]);
  const head = ['blow', 'trials', 'least ms', 'median', 'p95', 'worst', 'acknowledged', 'in doubt', 'stored'];
  return [
    markdownTable(head, rows),
    '',
    ...results.flatMap((result) => [BLOWS[result.blow], ...histogram(result.silencesMs), '']),
    `Silence: the longest time without an acknowledgement, of messages sent after the blow, one to each node every ${PROBE_EVERY_MS} ms.`,
    `${at}, commit ${commit}, Node ${node}, ${machine}.`,
  ].join('\n');
}

/** How many silences were how long, a line each; none before the first and none after the last. */
export function histogram(silencesMs: readonly number[]): readonly string[] {
  const counts = EDGES_MS.map(
    (edge, place) =>
      silencesMs.filter((ms) => ms < edge && ms >= (place === 0 ? 0 : (EDGES_MS[place - 1] ?? 0))).length,
  );
  const most = Math.max(...counts);
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  return counts.flatMap((count, place) => {
    if (place < first || place > last) return [];
    const edge = EDGES_MS[place] ?? 0;
    const name = edge === Number.POSITIVE_INFINITY ? 'longer' : `< ${edge} ms`;
    return [
      `${name.padStart(10)} ${String(count).padStart(4)} ${'█'.repeat(Math.ceil((count / most) * BAR))}`,
    ];
  });
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
