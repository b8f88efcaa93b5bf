import type { Address } from '../../config/address.ts';
import { dialAddress, formatAddress, parseAddress } from '../../config/address.ts';
import type { ClusterConfig, NodeConfig } from '../../config/cluster-config.ts';
import { SettingsSchema, keepJoined, loadJoined } from '../../config/joined-config.ts';
import type { NodeSettings } from '../../config/joined-config.ts';
import { nodeId } from '../../ordered-log/ids.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { VersionRange } from '../../raft/driver/peer-network.ts';
import { rangeWords } from '../../raft/driver/program.ts';
import type { MemberStatus, NodeStatus } from '../../transport/http/node-status.ts';
import { CliError } from '../cli-error.ts';
import { administer } from '../cluster/administer.ts';
import { askHttp } from '../http-request.ts';
import { askAddress, reasonOf } from '../status/ask-node.ts';
import type { AddressOptions } from './own-addresses.ts';
import { ownAddresses } from './own-addresses.ts';

export interface JoinOptions extends AddressOptions {
  /** HTTP address of any member. */
  readonly join: string;
  /** Whose place to take. */
  readonly replace?: string;
}

/** What came of it: the node can be started, and this is what to tell whoever started it. */
export interface Joined {
  readonly config: ClusterConfig;
  readonly sentences: readonly string[];
}

/** What this machine knows by itself. */
export interface LocalFacts {
  readonly dataDir: string;
  /** The node as a configuration has it, if one does. */
  readonly configured: NodeConfig | undefined;
  /** Versions of written things that the program here reads. */
  readonly reads: VersionRange;
  /** Throws what is in the way of starting this node here. */
  mayStart(own: NodeConfig): Promise<void>;
}

const TIMEOUT_MS = 3_000;

/**
 * Makes a new node ready to join: learns members and settings from the cluster, asks it to take the node in as a learner, and keeps all of it in
 * the node's folder, so that the next start needs no `--join`. To do it twice does no harm.
 * @throws {CliError} if the cluster cannot be reached, is not born yet, writes what this program does not read, or will not have the node.
 */
export async function joinCluster(self: NodeId, options: JoinOptions, local: LocalFacts): Promise<Joined> {
  const at = parseAddress(options.join);
  if (at === undefined)
    throw new CliError(
      `--join ${options.join}: must be the HTTP address of a member, such as 127.0.0.1:8001.`,
    );
  const { members, versions } = await askMember(at);
  if (versions.writes < local.reads.lowest || versions.writes > local.reads.highest)
    throw new CliError(unreadable(self, versions.writes, local.reads));
  const settings = await askSettings(at);
  const earlier = loadJoined(local.dataDir, self)?.nodes.find(({ id }) => id === self);
  const member = members.find(({ id }) => id === self);
  const known = earlier ?? awaitedAt(member) ?? local.configured;
  const mine = await ownAddresses(self, options, known, at);
  // Before anybody takes it in: a member that cannot start counts all the same, and would have to be removed again.
  await local.mayStart(mine);
  const sentences =
    member === undefined ? await takeIn(at, mine, options.replace) : [knownAlready(member, mine)];
  const others = members.filter(({ id }) => id !== self).flatMap(nodeOf);
  const nodes = [...others, mine];
  return { config: keepJoined({ dataDir: local.dataDir, self, nodes, settings }), sentences };
}

function unreadable(self: NodeId, writes: number, reads: VersionRange): string {
  return `the cluster writes version ${writes}, and this program reads ${rangeWords(reads)}: ${self} cannot take part, and nothing was done. Start it with the program that the other nodes run.`;
}

async function askMember(at: Address): Promise<NodeStatus> {
  const where = formatAddress(at);
  const answer = await askAddress(at);
  if (answer.kind === 'down')
    throw new CliError(`--join ${where}: ${answer.why}; name the HTTP address of a node that runs.`);
  if (answer.status === null)
    throw new CliError(`--join ${where}: what answers there is no node of Conclave.`);
  if (answer.status.members.length === 0) {
    throw new CliError(
      `--join ${where}: ${answer.status.node} belongs to no cluster yet; found it first, or name another node.`,
    );
  }
  return answer.status;
}

async function askSettings(at: Address): Promise<NodeSettings> {
  const where = formatAddress(dialAddress(at));
  try {
    const reply = await askHttp(where, '/settings', { timeoutMs: TIMEOUT_MS });
    return SettingsSchema.parse(reply.json());
  } catch (error) {
    const why =
      error instanceof Error && error.name === 'ZodError'
        ? 'has settings that this version does not understand'
        : reasonOf(error);
    throw new CliError(`--join ${where}: ${why}.`, { cause: error });
  }
}

/** Asks the cluster for it. Where that is not allowed from here, says what to type there. */
async function takeIn(
  at: Address,
  mine: NodeConfig,
  replace: string | undefined,
): Promise<readonly string[]> {
  const { peer, client, http } = mine;
  const body = {
    id: mine.id,
    peer: formatAddress(peer),
    client: formatAddress(client),
    http: formatAddress(http),
  };
  const path = replace === undefined ? '/members' : `/members/${encodeURIComponent(replace)}/replace`;
  const reply = await administer(formatAddress(dialAddress(at)), { method: 'POST', path, body });
  switch (reply.code) {
    case 'done':
    case 'unknown':
      return [reply.message];
    case 'not-allowed': {
      const verb = replace === undefined ? `add ${mine.id}` : `replace ${replace} ${mine.id}`;
      return [
        `Only the leader's own machine may add a node. There, run: npx conclave members ${verb} --peer ${body.peer} --client ${body.client} --http ${body.http}`,
        `${mine.id} waits, and joins as soon as that was done.`,
      ];
    }
    case 'refused':
    case 'no-leader':
    case 'not-leader':
    case 'bad-request':
      throw new CliError(reply.message);
    default:
      return reply satisfies never;
  }
}

/** Where a member that was added, and has never come, is to listen: as whoever added it has said. */
function awaitedAt(member: MemberStatus | undefined): NodeConfig | undefined {
  return member?.folderId === '' ? nodeOf(member)[0] : undefined;
}

function knownAlready(member: MemberStatus, mine: NodeConfig): string {
  const peer = formatAddress(mine.peer);
  if (member.peer === peer) return `${member.id} is a member already.`;
  throw new CliError(
    `${member.id} is a member already, and listens for the others on ${member.peer}, not on ${peer}; choose another id, or remove that one first: conclave members remove ${member.id}`,
  );
}

function nodeOf({ id, peer, client, http }: MemberStatus): readonly NodeConfig[] {
  const addresses = [peer, client, http].map(parseAddress);
  const [atPeer, atClient, atHttp] = addresses;
  if (atPeer === undefined || atClient === undefined || atHttp === undefined) return [];
  return [{ id: nodeId(id), peer: atPeer, client: atClient, http: atHttp }];
}
