import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeDataDir } from '../../src/config/cluster-config.ts';
import type { Duration, Level } from '../measure.ts';
import { measure } from '../measure.ts';
import { ClusterSystem } from '../system/cluster-system.ts';
import { aFollower, kill } from '../system/restart-follower.ts';
import type { LoadSource } from '../system/system.ts';
import { LOAD_KINDS } from '../system/system.ts';
import { PauseNotes } from './pause-notes.ts';
import type { PauseRow } from './pause-watch.ts';
import { PauseWatch } from './pause-watch.ts';

export interface PausesOptions {
  readonly messages: number;
  readonly say: (line: string) => void;
}

/** As much as the machine can do: a node's thread then also waits for a core, and that is a pause like any other. */
const FULL: Level = { inFlight: 1024, connections: 16 };
const FILLING: Duration = { warmMs: 0, runMs: 2_000 };
/** Less than the machine can do: what is left are the node's own pauses. */
const LIGHT: Level = { inFlight: 8, connections: 8 };
const A_WHILE: Duration = { warmMs: 0, runMs: 1_000 };
/** How long load goes on after what a stage is about. */
const AFTERWARDS_MS = 5_000;
/** Small, so that several snapshots are taken, and a follower that was emptied needs one. */
const STORAGE = { snapshotBytes: 32 * 1_024 * 1_024, trailingBytes: 1_024 * 1_024 };

/**
 * Stores messages on a cluster of three, as fast as it can. Then, with a few messages in flight all the while: until each node
 * has taken a snapshot; a follower's folder emptied, so that it is sent a snapshot and installs it; another follower started anew,
 * which loads its own.
 */
export async function runPauses({ messages, say }: PausesOptions): Promise<readonly PauseRow[]> {
  const notes = new PauseNotes();
  const system = await ClusterSystem.start(3, STORAGE);
  const watch = new PauseWatch(system, notes, 'filled, all cores busy');
  try {
    const source = await system.load(LOAD_KINDS.leader);
    while ((await system.stored()) < messages) await measure(system, source, FULL, FILLING);
    say(`${await system.stored()} messages stored`);
    const stage = async (name: string, happen: () => Promise<void>): Promise<void> => {
      watch.begin(name);
      await underLoad(system, source, happen);
      say(`${name}: ${await system.stored()} messages stored`);
    };
    await stage('snapshots taken', () => watch.untilAllTookOne());
    await stage('a follower emptied', () => watchRestart(system, watch, 'emptied'));
    await stage('a follower restarted', () => watchRestart(system, watch, 'as it was'));
    return await watch.end();
  } finally {
    await watch.end();
    await system.stop();
    notes.remove();
  }
}

/** Has something happen while a few messages are in flight, from before it begins until a while after. */
async function underLoad(
  system: ClusterSystem,
  source: LoadSource,
  happen: () => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const load = async (): Promise<void> => {
    while (!end.signal.aborted) await measure(system, source, LIGHT, A_WHILE);
  };
  const happenings = async (): Promise<void> => {
    try {
      await happen();
      await sleep(AFTERWARDS_MS);
    } finally {
      end.abort();
    }
  };
  await Promise.all([load(), happenings()]);
}

async function watchRestart(
  system: ClusterSystem,
  watch: PauseWatch,
  folder: 'emptied' | 'as it was',
): Promise<void> {
  const follower = await aFollower(system, folder === 'emptied' ? 1 : 2);
  await kill(system, follower);
  if (folder === 'emptied') rmSync(nodeDataDir(system.config, follower.id), { recursive: true });
  const again = system.cluster.start(follower);
  await again.started;
  watch.serves(again.node, again.pid);
  await system.leader();
}
