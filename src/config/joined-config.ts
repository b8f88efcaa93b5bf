import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { NodeId } from '../ordered-log/ids.ts';
import { formatAddress } from './address.ts';
import type { ClusterConfig, NodeConfig } from './cluster-config.ts';
import { LogSchema, NodeSchema, OpenAccountsSchema, StorageSchema } from './cluster-schema.ts';
import { ConfigError } from './config-error.ts';
import { explainIssues } from './explain-issue.ts';
import { explainJsonError } from './json-error.ts';
import { LimitsSchema } from './limits-schema.ts';
import { resolveNode } from './load-config.ts';
import { TimingsSchema } from './timings-schema.ts';

const FILE_NAME = 'joined.json';
const ABOUT =
  'Written by "conclave node --join": where this node listens, who belonged to the cluster when it joined, and the settings that it took over. ' +
  'Settings may be changed here; who belongs to the cluster is said by its log.';

/** Whatever a node goes by but its place in the cluster: what one that joins takes over from the others. */
export const SettingsSchema = z.object({
  openAccounts: OpenAccountsSchema,
  timings: TimingsSchema.prefault({}),
  limits: LimitsSchema.prefault({}),
  log: LogSchema.prefault({}),
  storage: StorageSchema.prefault({}),
});

/** The settings part of a configuration. */
export type NodeSettings = z.output<typeof SettingsSchema>;

const JoinedSchema = SettingsSchema.extend({
  about: z.string().optional(),
  nodes: z.array(NodeSchema).min(1).max(20),
});

/** Where a node that joined keeps what it learned, so that its next start needs no `--join`. */
export function joinedFilePath(dataDir: string, node: NodeId): string {
  return join(dataDir, node, FILE_NAME);
}

export interface Joining {
  readonly dataDir: string;
  readonly self: NodeId;
  /** The members and this node itself, if it was not one of them yet. */
  readonly nodes: readonly NodeConfig[];
  readonly settings: NodeSettings;
}

/** Keeps what was learned, written aside and renamed. @returns the configuration that `loadJoined` gives from now on. */
export function keepJoined({ dataDir, self, nodes, settings }: Joining): ClusterConfig {
  const file = joinedFilePath(dataDir, self);
  const written = nodes.map(({ id, peer, client, http }) => ({
    id,
    peer: formatAddress(peer),
    client: formatAddress(client),
    http: formatAddress(http),
  }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ about: ABOUT, nodes: written, ...settings }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return { file, dataDir, nodes, ...settings, origin: 'joined' };
}

/** Whether the node goes by what it kept when it joined, or is named by a file and has kept something all the same: it founds no cluster then. */
export function hasJoined(
  { origin, dataDir }: Pick<ClusterConfig, 'origin' | 'dataDir'>,
  node: NodeId,
): boolean {
  return origin === 'joined' || existsSync(joinedFilePath(dataDir, node));
}

/**
 * What a node that joined has kept in its folder; null if it has not.
 * @throws {ConfigError}
 */
export function loadJoined(dataDir: string, node: NodeId): ClusterConfig | null {
  const file = joinedFilePath(dataDir, node);
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const parsed = parse(text, file);
  const checked = JoinedSchema.safeParse(parsed);
  if (!checked.success) throw new ConfigError({ file, ...explainIssues(checked.error.issues, parsed) });
  const { about: _, nodes, ...settings } = checked.data;
  const resolved = nodes.map((entry, place) => resolveNode(entry, `nodes[${place}]`, file));
  return { file, dataDir, nodes: resolved, ...settings, origin: 'joined' };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ConfigError({ file, key: null, what: explainJsonError(cause, text) }, { cause });
  }
}

/** What another node may take over from this configuration. */
export function settingsOf({ openAccounts, timings, limits, log, storage }: ClusterConfig): NodeSettings {
  return { openAccounts, timings, limits, log, storage };
}
