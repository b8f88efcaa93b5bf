import { setTimeout as sleep } from 'node:timers/promises';
import { administer } from '../../src/cli/cluster/administer.ts';
import { formatAddress } from '../../src/config/address.ts';
import type { NodeConfig } from '../../src/config/cluster-config.ts';
import { ClusterSystem } from '../system/cluster-system.ts';
import { Prober } from './prober.ts';

/** What befalls the leader. */
export const BLOWS = {
  none: 'nothing befalls it: how long this machine keeps everybody waiting by itself',
  kill: 'kill -9 of the leader: its connections are reset',
  stop: 'the leader is asked to stop (SIGTERM) and hands over',
  transfer: 'the leader is asked to hand over (conclave transfer)',
  cut: 'the leader is frozen (SIGSTOP): as if its network were cut, no reset is seen',
} as const;

export type Blow = keyof typeof BLOWS;

export interface FailoverResult {
  readonly blow: Blow;
  /** The longest time without an acknowledgement in each trial, in milliseconds. */
  readonly silencesMs: readonly number[];
  readonly acknowledged: number;
  /** Neither acknowledged nor refused for certain. */
  readonly unknown: number;
  readonly stored: number;
}

const SIGNALS = { kill: 'SIGKILL', stop: 'SIGTERM', cut: 'SIGSTOP' } as const;
const CALM_MS = 700;
const PHASE_MS = 300;
/** The silence is over by then, or there is none. */
const GIVE_UP_MS = 30_000;
const AFTERMATH_MS = 1_000;
const SETTLE_MS = 8_000;

/** Strikes the leader of a cluster under probes, again and again. Throws if anything acknowledged is lost. */
export async function runFailover(
  blow: Blow,
  trials: number,
  say: (line: string) => void,
): Promise<FailoverResult> {
  const system = await ClusterSystem.start();
  try {
    const prober = await Prober.start(system.config.nodes.map(({ client }) => client));
    const silencesMs: number[] = [];
    for (let trial = 1; trial <= trials; trial += 1) {
      // Somewhere between two heartbeats.
      await sleep(CALM_MS + Math.random() * PHASE_MS);
      const ms = await strike(system, prober, blow);
      silencesMs.push(ms);
      say(`${blow} ${trial}: ${ms.toFixed(0)} ms`);
    }
    prober.stop();
    await settled(prober);
    const stored = await system.stored();
    const { acknowledgedCount: acknowledged, unknownCount: unknown } = prober.meter;
    if (stored < acknowledged || stored > acknowledged + unknown)
      throw new Error(
        `${acknowledged} messages were acknowledged, ${unknown} are in doubt, ${stored} are stored`,
      );
    return { blow, silencesMs, acknowledged, unknown, stored };
  } finally {
    await system.stop();
  }
}

async function strike(system: ClusterSystem, { meter }: Prober, blow: Blow): Promise<number> {
  const place = await system.leader();
  const node = system.config.nodes[place];
  const leader = node === undefined ? undefined : system.cluster.process(node.id);
  if (node === undefined || leader === undefined) throw new Error('there is no leader to strike');
  meter.blow(performance.now());
  if (blow === 'transfer') await handOver(node);
  else if (blow !== 'none') leader.signal(SIGNALS[blow]);
  const untilMs = performance.now() + GIVE_UP_MS;
  while (meter.firstAfterMs === null && performance.now() < untilMs) await sleep(5);
  await sleep(AFTERMATH_MS);
  const { longestMs } = meter;
  if (blow === 'cut') leader.signal('SIGCONT');
  else if (blow === 'kill' || blow === 'stop') {
    await leader.exited;
    system.cluster.start(node);
  }
  await system.leader();
  return longestMs;
}

async function handOver({ http }: NodeConfig): Promise<void> {
  const { code, message } = await administer(formatAddress(http), {
    method: 'POST',
    path: '/transfer',
    body: { to: null },
  });
  if (code !== 'done') throw new Error(`the leader did not hand over: ${message}`);
}

/** What is open is answered, or its connection is closed: after the longest time that a command may wait. */
async function settled({ meter }: Prober): Promise<void> {
  const untilMs = performance.now() + SETTLE_MS;
  while (meter.open > 0 && performance.now() < untilMs) await sleep(20);
}
