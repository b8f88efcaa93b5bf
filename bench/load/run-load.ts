import type { Duration, Level, Measurement } from '../measure.ts';
import { measure } from '../measure.ts';
import { atRest } from '../system/at-rest.ts';
import { ClusterSystem } from '../system/cluster-system.ts';
import { RelaySystem } from '../system/relay-system.ts';
import type { LoadKindName, LoadSource, System } from '../system/system.ts';
import { LOAD_KINDS } from '../system/system.ts';
import { levelName } from '../levels.ts';

export interface LoadOptions {
  readonly levels: readonly Level[];
  readonly kinds: readonly LoadKindName[];
  readonly rounds: number;
  readonly duration: Duration;
  readonly say: (line: string) => void;
}

/** One figure: which contender, at which level, in which round. */
export interface Sample {
  readonly contender: string;
  readonly level: Level;
  readonly round: number;
  readonly measurement: Measurement;
}

interface Contender {
  readonly name: string;
  readonly system: System;
  readonly source: LoadSource;
}

/** Every contender is loaded for this long before anything is measured: a service has been running for a while, and is compiled. */
const WARM_UP: Duration = { warmMs: 0, runMs: 10_000 };
const WARM_UP_LEVEL: Level = { inFlight: 1024, connections: 16 };
export const RELAY = 'relay';

/**
 * Loads the cluster and the relay by turns: at each level one after the other, so that both meet the same disturbance. New
 * processes in each round. Throws if anything acknowledged is missing at the end of a round, or anything else is there.
 */
export async function runLoad(options: LoadOptions): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const relay = await RelaySystem.start();
    const cluster = await ClusterSystem.start();
    try {
      samples.push(...(await oneRound(options, round, relay, cluster)));
    } finally {
      await relay.stop();
      await cluster.stop();
    }
  }
  return samples;
}

async function oneRound(
  { levels, kinds, duration, say }: LoadOptions,
  round: number,
  relay: RelaySystem,
  cluster: ClusterSystem,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const contenders: Contender[] = [{ name: RELAY, system: relay, source: await relay.load() }];
  for (const kind of kinds)
    contenders.push({ name: kind, system: cluster, source: await cluster.load(LOAD_KINDS[kind]) });
  const account = new Account();
  for (const { system, source } of contenders)
    account.add(system, await measure(system, source, WARM_UP_LEVEL, WARM_UP));
  await atRest([relay, cluster]);
  for (const level of levels) {
    for (const { name, system, source } of contenders) {
      const measurement = await measure(system, source, level, duration);
      account.add(system, measurement);
      samples.push({ contender: name, level, round, measurement });
      say(sentence(round, name, level, measurement));
    }
  }
  if (kinds.every((kind) => LOAD_KINDS[kind].recipients === 'offline')) await account.check(cluster);
  return samples;
}

/** What the cluster must hold: what was acknowledged, and at most what was not answered beside it. */
class Account {
  #acknowledged = 0;
  #unanswered = 0;

  add(system: System, { acknowledgedInAll, unanswered }: Measurement): void {
    if (system.name === RELAY) return;
    this.#acknowledged += acknowledgedInAll;
    this.#unanswered += unanswered;
  }

  async check(cluster: ClusterSystem): Promise<void> {
    const stored = await cluster.stored();
    if (stored < this.#acknowledged || stored > this.#acknowledged + this.#unanswered)
      throw new Error(
        `${this.#acknowledged} messages were acknowledged and ${this.#unanswered} not answered, but ${stored} are stored`,
      );
  }
}

function sentence(round: number, name: string, level: Level, it: Measurement): string {
  const { p50, p99, p999 } = it.acknowledged;
  const times = [p50, p99, p999].map((ms) => ms.toFixed(2)).join(' / ');
  const troubles =
    it.refused + it.unanswered > 0 ? `, ${it.refused} refused, ${it.unanswered} unanswered` : '';
  return `round ${round}, ${levelName(level)} in flight, ${name}: ${Math.round(it.rate)} a second, ${times} ms, servers ${it.serverCpuUs.toFixed(1)} µs each, others ${it.otherCores.toFixed(2)} cores${troubles}`;
}
