import { randomBytes, randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { Address } from '../config/address.ts';
import { formatAddress } from '../config/address.ts';
import type { ClusterConfig, NodeConfig } from '../config/cluster-config.ts';
import { settingsOf } from '../config/joined-config.ts';
import type { NodeId } from '../ordered-log/index.ts';
import { seededRandom } from '../raft/core/random.ts';
import { PEER_PROTOCOL } from '../raft/driver/cluster-node.ts';
import type { MemberAddresses } from '../raft/driver/members-payload.ts';
import type { AdminSource } from '../transport/http/admin-source.ts';
import { startHttpServer } from '../transport/http/http-server.ts';
import type { NodeStatus } from '../transport/http/node-status.ts';
import { PeerLinks } from '../transport/peers/peer-links.ts';
import { Alarms } from './alarms.ts';
import { Halt } from './halt.ts';
import { EventLoopWatch } from './event-loop.ts';
import { logRecovered } from './log-events.ts';
import { memberAddresses } from './member-addresses.ts';
import type { RaftFolder } from '../raft/runtime/raft-folder.ts';
import { openNodeFolder } from './node-folder.ts';
import { LatePeerNetwork } from './peer-network.ts';
import { statusSource } from './node-status-source.ts';
import { PeerNews } from './peer-news.ts';
import type { Release } from './release.ts';
import { Replication } from './replication.ts';
import { SlabsAhead } from './slabs-ahead.ts';
import { StartError } from './start-error.ts';

export interface StartNodeOptions {
  readonly config: ClusterConfig;
  readonly nodeId: NodeId;
  readonly logger: Logger;
  readonly release: Release;
}

/** A node that runs in this process. */
export interface RunningNode {
  /** With the ports that it really got. */
  readonly addresses: { readonly peer: Address; readonly client: Address; readonly http: Address };
  status(): NodeStatus;
  /** Leaves in good order: hands leadership over, answers what was asked, ends its connections, closes its folder. */
  stop(): Promise<void>;
  /** Settles when the node had to stop by itself: its disk failed, or a promise of Raft was broken. Call `stop` then too. */
  readonly failed: Promise<Error>;
}

/**
 * Puts one node together and starts it: the one place that knows all parts. Throws errors with a stable `code` and a
 * sentence for an operator: what is wrong with the folder, its log, an address or the configuration.
 */
export async function startNode(options: StartNodeOptions): Promise<RunningNode> {
  const { config, nodeId, logger } = options;
  const self = config.nodes.find(({ id }) => id === nodeId);
  if (self === undefined)
    throw new StartError('UNKNOWN_NODE', `there is no node ${nodeId} in ${config.file}.`);
  const halt = new Halt();
  const alarms = new Alarms(logger);
  const folder = await openNodeFolder(config, nodeId, {
    onAlarm: (alarm) => alarms.disk(alarm),
    onFailure: (error) => halt.because(error),
  });
  logRecovered(logger, folder);
  const watch = new EventLoopWatch();
  const open: Closeable[] = [watch, new SlabsAhead(), folder];
  try {
    return await openDoors(options, self, { folder, halt, alarms, watch, open });
  } catch (error) {
    await closeAll(open);
    throw error;
  }
}

interface Closeable {
  close(): Promise<void>;
}

interface Opened {
  readonly folder: RaftFolder;
  readonly halt: Halt;
  readonly alarms: Alarms;
  readonly watch: EventLoopWatch;
  /** What must be closed again, in the order in which it was opened. */
  readonly open: Closeable[];
}

async function openDoors(
  { config, logger, release }: StartNodeOptions,
  self: NodeConfig,
  { folder, halt, alarms, watch, open }: Opened,
): Promise<RunningNode> {
  const peerNews = new PeerNews(logger, alarms);
  const others = config.nodes.filter(({ id }) => id !== self.id);
  const network = new LatePeerNetwork(others.map(({ id, peer }) => ({ id, address: formatAddress(peer) })));
  const replication = new Replication({
    config,
    self,
    folder,
    logger,
    release,
    halt,
    random: seededRandom(randomInt(2 ** 31)),
    randomBytes,
    network,
  });
  open.push(replication);
  const { node, pipe } = replication;

  const client = { host: self.client.host, port: await pipe.listen(self.client.host, self.client.port) };
  const source = statusSource({
    version: release.version,
    snapshot: () => node.snapshot(),
    views: replication.machine,
    connections: () => replication.connections,
    alarms: () => alarms.list,
    disagreement: () => replication.news.disagreement,
    snapshotAt: () => replication.news.snapshotAt,
    setAside: () => folder.aside(),
    longestPauseMs: () => watch.longestPauseMs,
    tickMs: config.timings.tickMs,
    electionTimeoutMs: config.timings.electionTimeoutMs,
  });
  const admin: AdminSource = {
    administer: (wish, done) => node.administer(wish, done),
    httpOf: (id) => httpOf(id, node.snapshot().members, config),
    settings: () => settingsOf(config),
  };
  const http = await startHttpServer({ address: self.http, source, admin });
  open.push(http);
  const links = await PeerLinks.open({
    self: self.id,
    listenOn: self.peer,
    peers: network.peers,
    versions: PEER_PROTOCOL,
    listener: node,
    maxFrameBytes: config.limits.peerFrameBytes,
    maxQueueBytes: config.limits.peerQueueBytes,
    observe: (event) => peerNews.tell(event),
  });
  open.push(links);
  network.become(links);
  replication.begin();
  setImmediate(() => watch.begin());

  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    if (!halt.halted) await replication.leave();
    await closeAll(open);
  };
  return {
    addresses: { peer: links.address, client, http: http.address },
    status: () => source.status(),
    stop: () => (stopping ??= stop()),
    failed: halt.reason,
  };
}

/** Where a member's HTTP is, by the log, or by the configuration if nobody has said. */
function httpOf(id: string, members: readonly MemberAddresses[], config: ClusterConfig): string | null {
  const member = members.find((candidate) => candidate.id === id);
  const configured = config.nodes.find((node) => node.id === id);
  const known = member?.http ?? (configured === undefined ? '' : memberAddresses(configured).http);
  return known === '' ? null : known;
}

async function closeAll(open: readonly Closeable[]): Promise<void> {
  for (const part of open.toReversed()) await part.close();
}
