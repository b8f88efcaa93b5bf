import { runClosedLoop } from '../src/cli/bench/closed-loop.ts';
import type { LoadResult } from '../src/cli/bench/closed-loop.ts';
import { machineTimeUs, processorTimeUs, residentBytes } from './system/proc-stat.ts';
import type { LoadSource, System } from './system/system.ts';

/** How much is outstanding, over how many connections. */
export interface Level {
  readonly inFlight: number;
  readonly connections: number;
}

export interface Measurement extends LoadResult {
  /** Processor time of all servers together, for one acknowledged message, in microseconds. */
  readonly serverCpuUs: number;
  /** The same of the process that makes the load. */
  readonly clientCpuUs: number;
  /** Cores that neither the servers nor the load used: somebody else on the machine. */
  readonly otherCores: number;
  /** Of all servers together, at the end of the measured time. */
  readonly residentBytes: number;
}

export interface Duration {
  readonly warmMs: number;
  readonly runMs: number;
}

/** One level of load on one system, with what it cost. */
export async function measure(
  system: System,
  source: LoadSource,
  level: Level,
  duration: Duration,
): Promise<Measurement> {
  const usage = { servers: 0, client: 0, machine: 0, resident: 0 };
  const take = (sign: 1 | -1): void => {
    const { user, system: kernel } = process.cpuUsage();
    usage.servers += sign * sum(system.pids.map(processorTimeUs));
    usage.client += sign * (user + kernel);
    usage.machine += sign * machineTimeUs();
    usage.resident = sum(system.pids.map(residentBytes));
  };
  const result = await runClosedLoop({
    ...level,
    ...duration,
    open: (place) => source.open(place),
    onBegin: () => take(-1),
    onEnd: () => take(1),
  });
  const { count } = result.acknowledged;
  return {
    ...result,
    serverCpuUs: usage.servers / count,
    clientCpuUs: usage.client / count,
    otherCores: Math.max(0, usage.machine - usage.servers - usage.client) / (result.seconds * 1e6),
    residentBytes: usage.resident,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
