import { join } from 'node:path';
import type { NodeId } from '../ordered-log/ids.ts';
import type { Address } from './address.ts';
import type { ClusterFile } from './cluster-schema.ts';

/** A configuration that has been read, checked and resolved: nothing in it is left to interpret. */
export interface ClusterConfig {
  /** Absolute path of the file that it was read from. */
  readonly file: string;
  /** Absolute path. */
  readonly dataDir: string;
  readonly nodes: readonly NodeConfig[];
  readonly openAccounts: ClusterFile['openAccounts'];
  readonly timings: Readonly<ClusterFile['timings']>;
  readonly limits: Readonly<ClusterFile['limits']>;
  readonly log: Readonly<ClusterFile['log']>;
  readonly storage: Readonly<ClusterFile['storage']>;
  /** `file`: written by a person, for a cluster to be founded or found. `joined`: kept by a node that joined one that lived already. */
  readonly origin: 'file' | 'joined';
}

export interface NodeConfig {
  readonly id: NodeId;
  readonly peer: Address;
  readonly client: Address;
  readonly http: Address;
}

/** The folder in which a node keeps all that it owns. */
export function nodeDataDir(config: ClusterConfig, node: NodeId): string {
  return join(config.dataDir, node);
}

/** How many nodes are a majority. */
export function quorumOf(nodes: number): number {
  return Math.floor(nodes / 2) + 1;
}
