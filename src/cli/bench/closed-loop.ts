import { setTimeout as sleep } from 'node:timers/promises';
import { Latencies } from './latencies.ts';
import type { Talk } from './talker.ts';
import { Talker } from './talker.ts';

export interface LoadPlan {
  /** Messages that are outstanding at any time, over all connections. */
  readonly inFlight: number;
  readonly connections: number;
  /** Not measured. */
  readonly warmMs: number;
  readonly runMs: number;
  /** How long what is open at the end may take; 10 s unless given. */
  readonly settleMs?: number;
  /** Opens the connection of this place, from 0. */
  readonly open: (place: number) => Promise<Talk>;
  /** The measured time begins, and ends. */
  readonly onBegin?: () => void;
  readonly onEnd?: () => void;
  /** Waits for the warm-up, then for the measured time; by the clock unless given. */
  readonly wait?: (ms: number) => Promise<void>;
}

export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface LoadResult {
  readonly inFlight: number;
  readonly connections: number;
  readonly seconds: number;
  /** Acknowledged in the measured time, a second. */
  readonly rate: number;
  /** From sending to the acknowledgement, in milliseconds, of what was acknowledged in the measured time. */
  readonly acknowledged: Quantiles;
  /** From sending to the arrival at the recipient's connection; null if nobody listens. */
  readonly pushed: Quantiles | null;
  readonly refused: number;
  /** In all, before and after the measured time included: what the cluster must hold. */
  readonly acknowledgedInAll: number;
  /** Sent, and never answered: they may be stored or not. */
  readonly unanswered: number;
}

const SETTLE_MS = 10_000;
const LOOK_EVERY_MS = 10;

/** Keeps a number of messages outstanding over a number of connections, and measures what is acknowledged. */
export async function runClosedLoop(plan: LoadPlan): Promise<LoadResult> {
  const loop = new ClosedLoop();
  const connections = Math.min(plan.connections, plan.inFlight);
  const wait = plan.wait ?? sleep;
  const talkers: Talker[] = [];
  try {
    for (let place = 0; place < connections; place += 1)
      talkers.push(new Talker(await plan.open(place), Math.ceil(plan.inFlight / connections), loop));
    const shares = talkers.map((_, place) => Math.floor((plan.inFlight + place) / connections));
    talkers.forEach((talker, place) => talker.say(shares[place] ?? 0));
    await wait(plan.warmMs);
    loop.begin();
    plan.onBegin?.();
    await wait(plan.runMs);
    plan.onEnd?.();
    const seconds = loop.end();
    for (const talker of talkers) talker.stop();
    await settled(talkers, plan.settleMs ?? SETTLE_MS);
    const unanswered = talkers.reduce((sum, talker) => sum + talker.open, 0);
    const withListeners = loop.pushed.count > 0;
    return {
      inFlight: plan.inFlight,
      connections,
      seconds,
      rate: loop.acknowledged.count / seconds,
      acknowledged: quantilesOf(loop.acknowledged),
      pushed: withListeners ? quantilesOf(loop.pushed) : null,
      refused: loop.refused,
      acknowledgedInAll: loop.acknowledgedInAll,
      unanswered,
    };
  } finally {
    for (const talker of talkers) talker.close();
  }
}

/** What happened in the measured time. */
class ClosedLoop {
  readonly acknowledged = new Latencies();
  readonly pushed = new Latencies();
  refused = 0;
  acknowledgedInAll = 0;
  #beganAtMs = 0;
  #measuring = false;

  begin(): void {
    this.#measuring = true;
    this.#beganAtMs = performance.now();
  }

  /** @returns how many seconds were measured. */
  end(): number {
    this.#measuring = false;
    return (performance.now() - this.#beganAtMs) / 1_000;
  }

  answered(meaning: 'acknowledged' | 'refused', sentAtMs: number, atMs: number): void {
    if (meaning === 'acknowledged') this.acknowledgedInAll += 1;
    if (!this.#measuring) return;
    if (meaning === 'acknowledged') this.acknowledged.add(atMs - sentAtMs);
    else this.refused += 1;
  }

  heard(sentAtMs: number, atMs: number): void {
    if (this.#measuring) this.pushed.add(atMs - sentAtMs);
  }
}

async function settled(talkers: readonly Talker[], withinMs: number): Promise<void> {
  const untilMs = performance.now() + withinMs;
  const isOpen = (talker: Talker): boolean => !talker.isOver && talker.open > 0;
  while (talkers.some(isOpen) && performance.now() < untilMs) await sleep(LOOK_EVERY_MS);
}

function quantilesOf(latencies: Latencies): Quantiles {
  return {
    count: latencies.count,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
    p999: latencies.quantile(0.999),
    max: latencies.quantile(1),
  };
}
