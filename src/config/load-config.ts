import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { nodeId } from '../ordered-log/ids.ts';
import type { Address } from './address.ts';
import { parseAddress } from './address.ts';
import { findContradiction } from './check-cluster.ts';
import type { ClusterConfig, NodeConfig } from './cluster-config.ts';
import type { ClusterFile } from './cluster-schema.ts';
import { ClusterFileSchema } from './cluster-schema.ts';
import { ConfigError } from './config-error.ts';
import { explainIssues } from './explain-issue.ts';
import { formatKeyPath } from './key-path.ts';
import { explainJsonError } from './json-error.ts';
import { programFile } from './program-file.ts';

const FILE_NAME = 'cluster.config.json';
/** The configuration that comes with the program. */
const OWN_FILE = programFile(FILE_NAME);

/**
 * Which file is meant: the given one, else `cluster.config.json` of the given folder, else the one that comes with
 * the program. The path is absolute; whether there is such a file is not looked at.
 */
export function configFilePath(given: string | undefined, folder: string): string {
  if (given !== undefined) return resolve(folder, given);
  const here = resolve(folder, FILE_NAME);
  return existsSync(here) ? here : OWN_FILE;
}

/**
 * Reads, checks and resolves a configuration file.
 * @throws {ConfigError} with one sentence that names the file and the key.
 */
export function loadConfig(path: string): ClusterConfig {
  const file = resolve(path);
  return resolveConfig(readText(file), file);
}

/** Checks and resolves the text of a configuration file. `file`, its absolute path, is where relative paths start from. */
export function resolveConfig(text: string, file: string): ClusterConfig {
  const parsed = parseJson(text, file);
  const checked = ClusterFileSchema.safeParse(parsed);
  if (!checked.success) throw new ConfigError({ file, ...explainIssues(checked.error.issues, parsed) });
  const contradiction = findContradiction(checked.data);
  if (contradiction !== undefined) {
    throw new ConfigError({ file, key: formatKeyPath(contradiction.path), what: contradiction.what });
  }
  return resolved(checked.data, file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const what =
      code === 'ENOENT'
        ? 'there is no such file; name a configuration with --config FILE.'
        : code === 'EISDIR'
          ? 'is a folder, not a configuration file.'
          : `cannot be read (${code}).`;
    throw new ConfigError({ file, key: null, what }, { cause });
  }
}

function parseJson(text: string, file: string): unknown {
  const plain = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(plain) as unknown;
  } catch (cause) {
    throw new ConfigError({ file, key: null, what: explainJsonError(cause, plain) }, { cause });
  }
}

function resolved(data: ClusterFile, file: string): ClusterConfig {
  return {
    file,
    dataDir: resolve(dirname(file), data.dataDir),
    nodes: data.nodes.map((node, place) => resolveNode(node, `nodes[${place}]`, file)),
    openAccounts: data.openAccounts,
    timings: data.timings,
    limits: data.limits,
    log: data.log,
    storage: data.storage,
    origin: 'file',
  };
}

/** A node with its addresses read. `key`: where in the file it stands. */
export function resolveNode(node: ClusterFile['nodes'][number], key: string, file: string): NodeConfig {
  return {
    id: nodeId(node.id),
    peer: addressAt(node.peer, `${key}.peer`, file),
    client: addressAt(node.client, `${key}.client`, file),
    http: addressAt(node.http, `${key}.http`, file),
  };
}

function addressAt(text: string, key: string, file: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new ConfigError({ file, key, what: `must be host:port, not "${text}".` });
  return address;
}
