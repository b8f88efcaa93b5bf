import { randomBytes, randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { Address } from '../config/address.ts';
import type { ClusterConfig, NodeConfig } from '../config/cluster-config.ts';
import type { NodeId } from '../ordered-log/index.ts';
import { seededRandom } from '../raft/core/random.ts';
import { PEER_PROTOCOL } from '../raft/driver/cluster-node.ts';
import { startHttpServer } from '../transport/http/http-server.ts';
import type { NodeStatus } from '../transport/http/node-status.ts';
import { PeerLinks } from '../transport/peers/peer-links.ts';
import { Alarms } from './alarms.ts';
import { Halt } from './halt.ts';
import { logRecovered } from './log-events.ts';
import type { RaftFolder } from '../raft/runtime/raft-folder.ts';
import { openNodeFolder } from './node-folder.ts';
import { statusSource } from './node-status-source.ts';
import { PeerNews } from './peer-news.ts';
import { Replication } from './replication.ts';
import { StartError } from './start-error.ts';

export interface StartNodeOptions {
  readonly config: ClusterConfig;
  readonly nodeId: NodeId;
  readonly logger: Logger;
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
  logRecovered(logger, folder.recovered);
  const open: Closeable[] = [folder];
  try {
    return await openDoors(options, self, { folder, halt, alarms, open });
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
  /** What must be closed again, in the order in which it was opened. */
  readonly open: Closeable[];
}

async function openDoors(
  { config, logger }: StartNodeOptions,
  self: NodeConfig,
  { folder, halt, alarms, open }: Opened,
): Promise<RunningNode> {
  const peerNews = new PeerNews(logger, alarms);
  let links: PeerLinks | null = null;
  const replication = new Replication({
    config,
    self,
    folder,
    logger,
    halt,
    random: seededRandom(randomInt(2 ** 31)),
    randomBytes,
    network: { send: (to, frames) => links?.send(to, frames) },
  });
  open.push(replication);
  const { node, pipe } = replication;

  const client = { host: self.client.host, port: await pipe.listen(self.client.host, self.client.port) };
  const source = statusSource({
    snapshot: () => node.snapshot(),
    views: replication.machine,
    connections: () => replication.connections,
    alarms: () => alarms.list,
    tickMs: config.timings.tickMs,
  });
  const http = await startHttpServer({ address: self.http, source });
  open.push(http);
  links = await PeerLinks.open({
    self: self.id,
    listenOn: self.peer,
    peers: new Map(config.nodes.filter(({ id }) => id !== self.id).map(({ id, peer }) => [id, peer])),
    versions: PEER_PROTOCOL,
    listener: node,
    maxFrameBytes: config.limits.peerFrameBytes,
    maxQueueBytes: config.limits.peerQueueBytes,
    observe: (event) => peerNews.tell(event),
  });
  open.push(links);
  replication.begin();

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

async function closeAll(open: readonly Closeable[]): Promise<void> {
  for (const part of open.toReversed()) await part.close();
}
