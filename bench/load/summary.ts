import type { Level, Measurement } from '../measure.ts';
import type { Sample } from './run-load.ts';
import { RELAY } from './run-load.ts';

/** The medians over the rounds, of one contender at one level. */
export interface Row {
  readonly contender: string;
  readonly level: Level;
  readonly rounds: number;
  readonly rate: number;
  readonly lowestRate: number;
  readonly highestRate: number;
  /** Of the relay's rate in the same round, the median of the rounds; null for the relay. */
  readonly ofRelay: number | null;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly pushP50: number | null;
  readonly serverCpuUs: number;
  readonly clientCpuUs: number;
  readonly otherCores: number;
  readonly residentMiB: number;
  readonly refused: number;
}

const MIB = 1024 * 1024;

export function summarize(samples: readonly Sample[]): readonly Row[] {
  return [...groupsOf(samples).values()].map((group) => rowOf(group, samples));
}

function groupsOf(samples: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${sample.level.inFlight}/${sample.level.connections} ${sample.contender}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sample]);
    else group.push(sample);
  }
  return groups;
}

function rowOf(group: readonly Sample[], all: readonly Sample[]): Row {
  const [first] = group;
  if (first === undefined) throw new Error('a row needs a sample');
  const of = (figure: (measurement: Measurement) => number): number =>
    median(group.map(({ measurement }) => figure(measurement)));
  const rates = group.map(({ measurement }) => measurement.rate);
  const pushes = group.flatMap(({ measurement }) => measurement.pushed?.p50 ?? []);
  return {
    contender: first.contender,
    level: first.level,
    rounds: group.length,
    rate: median(rates),
    lowestRate: Math.min(...rates),
    highestRate: Math.max(...rates),
    ofRelay: first.contender === RELAY ? null : median(group.map((sample) => ratio(sample, all))),
    p50: of((it) => it.acknowledged.p50),
    p99: of((it) => it.acknowledged.p99),
    p999: of((it) => it.acknowledged.p999),
    pushP50: pushes.length === 0 ? null : median(pushes),
    serverCpuUs: of((it) => it.serverCpuUs),
    clientCpuUs: of((it) => it.clientCpuUs),
    otherCores: of((it) => it.otherCores),
    residentMiB: of((it) => it.residentBytes / MIB),
    refused: group.reduce((sum, { measurement }) => sum + measurement.refused, 0),
  };
}

function ratio(sample: Sample, all: readonly Sample[]): number {
  const relay = all.find(
    ({ contender, round, level }) =>
      contender === RELAY &&
      round === sample.round &&
      level.inFlight === sample.level.inFlight &&
      level.connections === sample.level.connections,
  );
  return relay === undefined ? Number.NaN : sample.measurement.rate / relay.measurement.rate;
}

/** The middle one, or the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
