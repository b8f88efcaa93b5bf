import { accessSync, constants, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Address } from '../config/address.ts';
import { formatAddress } from '../config/address.ts';
import type { ClusterConfig, NodeConfig } from '../config/cluster-config.ts';
import { nodeDataDir } from '../config/cluster-config.ts';
import { ConfigError } from '../config/config-error.ts';
import { ListenError } from '../transport/listen-error.ts';
import { CliError } from './cli-error.ts';

const ENDPOINTS = ['peer', 'client', 'http'] as const;

/**
 * Looks whether these nodes could start here: their data folders can be used and their ports are free.
 * @throws {ConfigError} that names the file and the key; {CliError} that names the option, if the node is in no configuration yet.
 */
export async function preflight(config: ClusterConfig, nodes: readonly NodeConfig[]): Promise<void> {
  for (const node of nodes) checkDataFolder(config, nodeDataDir(config, node.id));
  for (const node of nodes) {
    for (const endpoint of ENDPOINTS) {
      try {
        await tryToListen(node[endpoint]);
      } catch (error) {
        throw withConfigKey(error, config, node);
      }
    }
  }
}

/** Adds the file and the key, or the option, to the news that one of a node's addresses cannot be listened on; leaves other errors as they are. */
export function withConfigKey(error: unknown, config: ClusterConfig, node: NodeConfig): unknown {
  if (!(error instanceof ListenError)) return error;
  const endpoint = ENDPOINTS.find((candidate) => formatAddress(node[candidate]) === error.address);
  if (endpoint === undefined) return error;
  const place = config.nodes.indexOf(node);
  // A node that joins has said on the command line where it listens.
  if (place === -1) return new CliError(`--${endpoint} ${error.message}`, { cause: error });
  const key = `nodes[${place}].${endpoint}`;
  return new ConfigError({ file: config.file, key, what: error.message }, { cause: error });
}

function tryToListen(address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', (cause) => reject(new ListenError(formatAddress(address), cause)))
      .listen({ host: address.host, port: address.port }, () => server.close(() => resolve()));
  });
}

/** Changes nothing: of a folder that does not exist yet, the one in which it would be made is looked at. */
function checkDataFolder(config: ClusterConfig, folder: string): void {
  const existing = nearestExisting(folder);
  const refuse = (what: string, cause?: unknown): never => {
    throw new ConfigError({ file: config.file, key: 'dataDir', what }, { cause });
  };
  if (!statSync(existing).isDirectory())
    refuse(`${existing} is not a folder; choose another place for the data.`);
  try {
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    refuse(
      `the folder ${existing} cannot be read and written by this user (${code}); change its rights or choose another.`,
      cause,
    );
  }
}

function nearestExisting(path: string): string {
  let candidate = path;
  while (!isThere(candidate) && dirname(candidate) !== candidate) candidate = dirname(candidate);
  return candidate;
}

/** False too for what cannot be looked at: then the folder above it tells why. */
function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}
