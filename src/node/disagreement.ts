import type { ClusterConfig } from '../config/cluster-config.ts';
import type { NodeId } from '../ordered-log/index.ts';
import type { MemberAddresses } from '../raft/driver/members-payload.ts';
import { memberAddresses } from './member-addresses.ts';

const ENDPOINTS = ['peer', 'client', 'http'] as const;

/**
 * What the configuration says otherwise than the log, as a sentence; null if they agree, or while the log names nobody. The log holds: the file is
 * only how a node finds its cluster the first time. A node that does not belong to it has a greater trouble than its file. What a node kept when it joined is out of date by nature, but for the node's own place. Pure.
 */
export function disagreementWith(
  config: Pick<ClusterConfig, 'file' | 'nodes' | 'origin'>,
  self: NodeId,
  members: readonly MemberAddresses[],
): string | null {
  if (!members.some(({ id }) => id === self)) return null;
  const configured = config.nodes
    .filter(({ id }) => config.origin === 'file' || id === self)
    .map(memberAddresses);
  const differences = [
    ...configured.flatMap((node) => differencesOf(node, members)),
    ...(config.origin === 'file' ? missingFrom(configured, members) : []),
  ];
  if (differences.length === 0) return null;
  return `${config.file} differs from the cluster's log, and the log holds: ${differences.join('; ')}. Correct the file when it suits you.`;
}

/** What to do with a node that was removed, as a sentence. */
export function removalSentence(node: string): string {
  return `${node} does not belong to the cluster any more; stop it, and remove its data folder when you are sure`;
}

function differencesOf(node: MemberAddresses, members: readonly MemberAddresses[]): readonly string[] {
  const member = members.find(({ id }) => id === node.id);
  if (member === undefined) return [`${node.id} does not belong to the cluster`];
  return ENDPOINTS.filter(
    (endpoint) => node[endpoint] !== '' && member[endpoint] !== '' && node[endpoint] !== member[endpoint],
  ).map((endpoint) => `${node.id}.${endpoint} is ${member[endpoint]}, not ${node[endpoint]}`);
}

function missingFrom(
  configured: readonly MemberAddresses[],
  members: readonly MemberAddresses[],
): readonly string[] {
  return members
    .filter(({ id }) => !configured.some((node) => node.id === id))
    .map(({ id, peer }) => `${id}${peer === '' ? '' : ` (${peer})`} belongs to it too`);
}
