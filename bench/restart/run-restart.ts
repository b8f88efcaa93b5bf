import type { Duration, Level } from '../measure.ts';
import { measure } from '../measure.ts';
import { atRest } from '../system/at-rest.ts';
import { ClusterSystem } from '../system/cluster-system.ts';
import type { Restart } from '../system/restart-follower.ts';
import { aFollower, dataBytesOf, restartFollower } from '../system/restart-follower.ts';
import { LOAD_KINDS } from '../system/system.ts';

export interface RestartOptions {
  /** What the folder holds at least. */
  readonly mib: number;
  /** Characters of each message. */
  readonly textLength: number;
  readonly starts: number;
  readonly say: (line: string) => void;
}

export interface RestartResult {
  readonly textLength: number;
  readonly stored: number;
  readonly starts: readonly Restart[];
}

const LEVEL: Level = { inFlight: 1024, connections: 16 };
const FILLING: Duration = { warmMs: 0, runMs: 2_000 };
const MIB = 1024 * 1024;

/** Fills a cluster of three, with the defaults for snapshots; then kills a follower and starts it again, several times, while the others have nothing to do. */
export async function runRestart({ mib, textLength, starts, say }: RestartOptions): Promise<RestartResult> {
  const system = await ClusterSystem.start();
  try {
    const source = await system.load(LOAD_KINDS.leader, textLength);
    const follower = await aFollower(system);
    // A snapshot makes the folder smaller again: what counts is what is left of it.
    while (dataBytesOf(system, follower) < mib * MIB) {
      await measure(system, source, LEVEL, FILLING);
      if (dataBytesOf(system, follower) >= mib * MIB) await atRest([system]);
    }
    const stored = await system.stored();
    say(`${stored} messages stored`);
    const done: Restart[] = [];
    while (done.length < starts) {
      const start = await restartFollower(system);
      say(`start ${done.push(start)}: ready after ${Math.round(start.readyAfterMs)} ms`);
      await atRest([system]);
    }
    if ((await system.stored()) !== stored) throw new Error('messages have gone');
    return { textLength, stored, starts: done };
  } finally {
    await system.stop();
  }
}
