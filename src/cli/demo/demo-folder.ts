import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterConfig } from '../../config/cluster-config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { findFreePorts } from '../free-ports.ts';

const NODES = ['n1', 'n2', 'n3'];
const PORTS_PER_NODE = 3;

/** A folder of its own for a cluster of three on free ports. */
export interface DemoFolder {
  readonly path: string;
  readonly config: ClusterConfig;
  remove(): void;
}

export async function makeDemoFolder(): Promise<DemoFolder> {
  const ports = await findFreePorts(NODES.length * PORTS_PER_NODE);
  const addressOf = (place: number): string => `127.0.0.1:${ports[place] ?? 0}`;
  const nodes = NODES.map((id, place) => {
    const first = place * PORTS_PER_NODE;
    return { id, peer: addressOf(first), client: addressOf(first + 1), http: addressOf(first + 2) };
  });
  const path = mkdtempSync(join(tmpdir(), 'conclave-demo-'));
  const file = join(path, 'cluster.config.json');
  writeFileSync(
    file,
    JSON.stringify({ dataDir: './data', nodes, limits: { mailboxMessages: 100_000 } }, null, 2),
  );
  return {
    path,
    config: loadConfig(file),
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
