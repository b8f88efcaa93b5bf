import type { Circumstances } from '../machine.ts';
import { median } from '../load/summary.ts';
import { figure, markdownTable } from '../report/table.ts';
import type { GrowResult } from './run-grow.ts';

const MIB = 1024 * 1024;

export function growReport(result: GrowResult, { at, commit, machine, node }: Circumstances): string {
  const [first] = result.stages;
  const rows = result.stages.map(({ name, stored, measurement }) => [
    name,
    String(stored),
    figure(measurement.rate),
    first === undefined ? '' : (measurement.rate / first.measurement.rate).toFixed(2),
    figure(measurement.acknowledged.p50),
    figure(measurement.acknowledged.p99),
    figure(measurement.serverCpuUs),
    figure(measurement.residentBytes / MIB),
  ]);
  const head = ['cluster', 'stored after', 'a second', 'of new', 'p50 ms', 'p99', 'server CPU µs', 'MiB'];
  const { dataBytes, readyAfterMs } = result.restart;
  return [
    markdownTable(head, rows),
    '',
    `Memory of one node: ${figure(result.bytesPerMessage)} bytes a stored message, ${figure(result.bytesPerConnection)} bytes an idle connection.`,
    `With idle connections, of the rate without them, while no snapshot is taken: ${median(result.ofRateWithout).toFixed(2)} (median of ${result.ofRateWithout.map((ratio) => ratio.toFixed(2)).join(', ')}).`,
    `Killed and started again with ${figure(dataBytes / MIB)} MiB of data: ready after ${figure(readyAfterMs / 1_000)} s.`,
    `1,024 in flight over 16 connections to the leader. ${at}, commit ${commit}, Node ${node}, ${machine}.`,
  ].join('\n');
}
