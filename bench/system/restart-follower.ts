import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeConfig } from '../../src/config/cluster-config.ts';
import { nodeDataDir } from '../../src/config/cluster-config.ts';
import type { ClusterSystem } from './cluster-system.ts';
import { processorTimeUs } from './proc-stat.ts';

/** What a start on a folder with data took. */
export interface Restart {
  readonly dataBytes: number;
  /** Until it listens. */
  readonly listensAfterMs: number;
  /** Until it has read its data, has caught up, and answers clients. */
  readonly readyAfterMs: number;
  /** Of all its threads, until then. */
  readonly cpuMs: number;
}

/** A node that does not lead, always the same while the leader is: the first behind it, or another. */
export async function aFollower(system: ClusterSystem, behind = 1): Promise<NodeConfig> {
  const { nodes } = system.config;
  const follower = nodes[((await system.leader()) + behind) % nodes.length];
  if (follower === undefined) throw new Error('there is no follower');
  return follower;
}

/** Until it is gone. */
export async function kill({ cluster }: ClusterSystem, { id }: NodeConfig): Promise<void> {
  const process = cluster.process(id);
  process?.signal('SIGKILL');
  await process?.exited;
}

/** Kills a follower and starts it again. */
export async function restartFollower(system: ClusterSystem): Promise<Restart> {
  const follower = await aFollower(system);
  await kill(system, follower);
  const dataBytes = dataBytesOf(system, follower);
  const beganAtMs = performance.now();
  const again = system.cluster.start(follower);
  await again.started;
  const listensAfterMs = performance.now() - beganAtMs;
  await system.leader();
  const readyAfterMs = performance.now() - beganAtMs;
  return { dataBytes, listensAfterMs, readyAfterMs, cpuMs: processorTimeUs(again.pid) / 1_000 };
}

/** Bytes of all files in a node's folder. */
export function dataBytesOf({ config }: ClusterSystem, node: NodeConfig): number {
  const folder = nodeDataDir(config, node.id);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name }) => sum + statSync(join(folder, name)).size, 0);
}
