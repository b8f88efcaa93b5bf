import { rmSync } from 'node:fs';
import { nodeDataDir } from '../../src/config/cluster-config.ts';
import type { Duration, Level } from '../measure.ts';
import { measure } from '../measure.ts';
import { ClusterSystem } from '../system/cluster-system.ts';
import { LOAD_KINDS } from '../system/system.ts';
import type { PauseRow } from './pause-watch.ts';
import { PauseWatch } from './pause-watch.ts';

export interface PausesOptions {
  readonly messages: number;
  readonly say: (line: string) => void;
}

const LEVEL: Level = { inFlight: 1024, connections: 16 };
/** Small, so that several snapshots are taken, and a follower that was emptied needs one. */
const STORAGE = { snapshotBytes: 32 * 1_024 * 1_024, trailingBytes: 1_024 * 1_024 };
const FILLING: Duration = { warmMs: 0, runMs: 2_000 };

/**
 * Stores messages on a cluster of three, while snapshots are taken; then empties a follower's folder, so that it is sent a snapshot
 * and installs it; then starts another one anew, which
 * loads its own.
 */
export async function runPauses({ messages, say }: PausesOptions): Promise<readonly PauseRow[]> {
  const system = await ClusterSystem.start(3, STORAGE);
  const watch = new PauseWatch(system, 'filled');
  try {
    const source = await system.load(LOAD_KINDS.leader);
    while ((await system.stored()) < messages) await measure(system, source, LEVEL, FILLING);
    say(`${await system.stored()} messages stored`);
    watch.begin('a follower emptied');
    await restartFollower(system, 'emptied');
    say('the emptied follower is back');
    watch.begin('a follower restarted');
    await restartFollower(system, 'as it was');
    say('the restarted follower is back');
    return await watch.end();
  } finally {
    await watch.end();
    await system.stop();
  }
}

async function restartFollower(system: ClusterSystem, folder: 'emptied' | 'as it was'): Promise<void> {
  const { nodes } = system.config;
  const leader = await system.leader();
  const follower = nodes[(leader + (folder === 'emptied' ? 1 : 2)) % nodes.length];
  const process = follower === undefined ? undefined : system.cluster.process(follower.id);
  if (follower === undefined || process === undefined) throw new Error('there is no follower');
  process.signal('SIGKILL');
  await process.exited;
  if (folder === 'emptied') rmSync(nodeDataDir(system.config, follower.id), { recursive: true });
  system.cluster.start(follower);
  await system.leader();
  await system.stored();
}
