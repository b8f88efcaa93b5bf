import type { Address } from '../../config/address.ts';
import { parseAddress } from '../../config/address.ts';
import { configFilePath, loadConfig } from '../../config/load-config.ts';
import { nodeId } from '../../ordered-log/ids.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { MemberStatus } from '../../transport/http/node-status.ts';
import { CliError } from '../cli-error.ts';
import type { NodeAnswer } from '../status/ask-node.ts';
import { askAddress, askNode } from '../status/ask-node.ts';
import { membersOf } from '../status/members-of.ts';

/** How a command finds its cluster: by a configuration, or by the HTTP address of any one node. */
export interface ClusterOptions {
  readonly config?: string;
  readonly ask?: string;
}

/** What all nodes said: those of the configuration, and those that the cluster itself names. */
export interface ClusterAnswers {
  readonly answers: readonly NodeAnswer[];
  /** Who belongs to the cluster; empty if nobody who answered knows. */
  readonly members: readonly MemberStatus[];
}

interface Place {
  readonly id: NodeId;
  readonly http: Address;
}

/**
 * Asks every node. The configuration is only where the asking begins: who else belongs to the cluster is learned from it. Nodes of the
 * configuration that do not belong to it any more are left out, unless they still run.
 * @throws {CliError} if `ask` is no address, or nobody answers there.
 */
export async function askCluster(options: ClusterOptions): Promise<ClusterAnswers> {
  const begin = options.ask === undefined ? configured(options.config) : [await placeAt(options.ask)];
  const first = await Promise.all(begin.map(({ id, http }) => askNode(id, http)));
  const members = membersOf(first);
  const more = members
    .filter(({ id }) => !first.some(({ node }) => node === id))
    .map(async ({ id, http }): Promise<NodeAnswer> => {
      const address = parseAddress(http);
      const node = nodeId(id);
      return address === undefined
        ? { kind: 'down', node, why: 'nobody has said where it is' }
        : askNode(node, address);
    });
  const all = [...first, ...(await Promise.all(more))];
  // Asked through one node, the order of the log; else that of the configuration, and then what is new.
  const answers =
    options.ask === undefined ? all : all.toSorted((a, b) => placeOf(a, members) - placeOf(b, members));
  return { answers: answers.filter((answer) => belongs(answer, members)), members };
}

function placeOf({ node }: NodeAnswer, members: readonly MemberStatus[]): number {
  return members.findIndex(({ id }) => id === node);
}

function belongs(answer: NodeAnswer, members: readonly MemberStatus[]): boolean {
  return answer.kind === 'up' || members.length === 0 || members.some(({ id }) => id === answer.node);
}

function configured(config: string | undefined): readonly Place[] {
  return loadConfig(configFilePath(config, process.cwd())).nodes;
}

async function placeAt(text: string): Promise<Place> {
  const http = parseAddress(text);
  if (http === undefined) throw new CliError(`--ask ${text}: must be host:port, such as 127.0.0.1:8001.`);
  const answer = await askAddress(http);
  if (answer.kind === 'down') throw new CliError(`--ask ${text}: ${answer.why}.`);
  if (answer.status === null) throw new CliError(`--ask ${text}: what answers there is no node of Conclave.`);
  return { id: nodeId(answer.status.node), http };
}
