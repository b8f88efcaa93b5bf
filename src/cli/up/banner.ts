import type { Address } from '../../config/address.ts';
import { dialAddress, formatAddress } from '../../config/address.ts';
import type { ClusterConfig } from '../../config/cluster-config.ts';
import type { NodeAddresses } from '../node-message.ts';
import type { Painter } from '../painter.ts';
import { configArgument, shellPath } from '../shell-words.ts';

export interface BannerNode {
  readonly id: string;
  readonly pid: number;
  readonly addresses: NodeAddresses;
}

export interface BannerFacts {
  readonly config: ClusterConfig;
  /** In the order of the configuration. */
  readonly nodes: readonly BannerNode[];
  /** `leader n2, term 7, can lose 1 more` */
  readonly verdict: string;
  /** The folder in which the commands would be typed. */
  readonly folder: string;
}

/** What one needs to know once the cluster is up: who leads, how to chat, how to kill a node, where the data lie. Pure. */
export function renderBanner(facts: BannerFacts, paint: Painter): string {
  const config = configArgument(facts.config, facts.folder);
  const data = shellPath(facts.config.dataDir, facts.folder);
  const idWidth = Math.max(...facts.nodes.map((node) => node.id.length));
  const clients = facts.nodes.map((node) => formatAddress(node.addresses.client));
  const clientWidth = Math.max(...clients.map((client) => client.length));
  const first = facts.nodes[0]?.addresses.client;
  return [
    paint('bold', `Conclave is up: ${facts.verdict}.`),
    '',
    `  chat           ${paint('cyan', `npx conclave chat${config}`)}`,
    ...(first === undefined ? [] : [`  or, by hand    ${paint('cyan', netcatLine(first))}`]),
    `  look at it     ${paint('cyan', `npx conclave status${config}`)}`,
    '',
    ...facts.nodes.map(
      (node, place) =>
        `  ${node.id.padEnd(idWidth)}  clients ${(clients[place] ?? '').padEnd(clientWidth)}  http ${formatAddress(node.addresses.http)}  kill it: ${paint('cyan', `kill -9 ${node.pid}`)}`,
    ),
    '',
    `  The data lie in ${data}. To start clean, stop and ${paint('cyan', `rm -r ${data}`)}.`,
    '  Ctrl-C stops all nodes.',
  ].join('\n');
}

/** The line that brings a dead node back, to be typed in another terminal. */
export function bringBackLine(config: ClusterConfig, node: string, folder: string): string {
  return `npx conclave node ${node}${configArgument(config, folder)}`;
}

function netcatLine(client: Address): string {
  const { host, port } = dialAddress(client);
  return `nc ${host === '127.0.0.1' ? 'localhost' : host} ${port}`;
}
