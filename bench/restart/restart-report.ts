import type { Circumstances } from '../machine.ts';
import { median } from '../load/summary.ts';
import { figure, markdownTable } from '../report/table.ts';
import type { RestartResult } from './run-restart.ts';

const MIB = 1024 * 1024;
const SECOND_MS = 1_000;

export function restartReport(
  { textLength, stored, starts }: RestartResult,
  { at, commit, machine, node }: Circumstances,
): string {
  const rows = starts.map(({ dataBytes, listensAfterMs, readyAfterMs, cpuMs }, n) => [
    String(n + 1),
    figure(dataBytes / MIB),
    figure(listensAfterMs / SECOND_MS),
    figure(readyAfterMs / SECOND_MS),
    figure(cpuMs / SECOND_MS),
  ]);
  const head = ['start', 'MiB of data', 'listens after s', 'ready after s', 'its CPU s'];
  const ready = median(starts.map(({ readyAfterMs }) => readyAfterMs)) / SECOND_MS;
  return [
    markdownTable(head, rows),
    '',
    `Ready after ${figure(ready)} s (median): it has read its data, has caught up, and answers clients.`,
    `A follower of three, killed; ${stored} messages of ${textLength} characters. ${at}, commit ${commit}, Node ${node}, ${machine}.`,
  ].join('\n');
}
