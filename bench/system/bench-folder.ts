import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts } from '../../src/cli/free-ports.ts';
import type { ClusterConfig } from '../../src/config/cluster-config.ts';
import { loadConfig } from '../../src/config/load-config.ts';

const PORTS_PER_NODE = 3;

/** The quota is raised, so that no run ends at a limit; all timings and all that makes a message safe are the defaults. */
export const RAISED_LIMITS = {
  mailboxMessages: 1_000_000,
  storedMessages: 50_000_000,
  accounts: 1_000_000,
  connections: 50_000,
  connectionsPerAddress: 50_000,
  commandsPerSecond: 10_000_000,
} as const;

/** A folder of its own for a cluster on free ports of this machine. */
export interface BenchFolder {
  readonly path: string;
  readonly config: ClusterConfig;
  remove(): void;
}

/** `storage`: what is otherwise than by default. */
export async function makeBenchFolder(
  nodeCount: number,
  storage: Readonly<Record<string, number>> = {},
): Promise<BenchFolder> {
  const ports = await findFreePorts(nodeCount * PORTS_PER_NODE);
  const addressOf = (place: number): string => `127.0.0.1:${ports[place] ?? 0}`;
  const nodes = Array.from({ length: nodeCount }, (_, place) => {
    const first = place * PORTS_PER_NODE;
    return {
      id: `n${place + 1}`,
      peer: addressOf(first),
      client: addressOf(first + 1),
      http: addressOf(first + 2),
    };
  });
  const path = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
  const file = join(path, 'cluster.config.json');
  writeFileSync(file, JSON.stringify({ dataDir: './data', nodes, storage, limits: RAISED_LIMITS }, null, 2));
  return {
    path,
    config: loadConfig(file),
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
