import { setTimeout as sleep } from 'node:timers/promises';
import { processorTimeUs } from './proc-stat.ts';
import type { System } from './system.ts';

const LOOK_EVERY_MS = 1_000;
/** An idle cluster uses about a tenth of a core for its clocks. */
const RESTING_CORES = 0.3;
const AT_MOST_MS = 60_000;

/** Waits until the servers have done what a load left them to do, a snapshot above all; a minute at most. */
export async function atRest(systems: readonly System[]): Promise<void> {
  const spentUs = (): number =>
    systems.flatMap(({ pids }) => pids).reduce((total, pid) => total + processorTimeUs(pid), 0);
  for (let waitedMs = 0; waitedMs < AT_MOST_MS; waitedMs += LOOK_EVERY_MS) {
    const before = spentUs();
    await sleep(LOOK_EVERY_MS);
    if (spentUs() - before < RESTING_CORES * LOOK_EVERY_MS * 1_000) return;
  }
}
