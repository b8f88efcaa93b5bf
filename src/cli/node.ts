import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { NodeConfig, ClusterConfig } from '../config/cluster-config.ts';
import { NODE_ID_PATTERN } from '../config/cluster-schema.ts';
import { configFilePath, loadConfig } from '../config/load-config.ts';
import type { Release } from '../node/release.ts';
import { THIS_RELEASE } from '../node/release.ts';
import type { RunningNode } from '../node/start-node.ts';
import { loadJoined } from '../config/joined-config.ts';
import { nodeId } from '../ordered-log/ids.ts';
import { CliError, EXIT, explain } from './cli-error.ts';
import { joinCluster } from './join/join-cluster.ts';
import type { AddressOptions } from './join/own-addresses.ts';
import { checkedNodeId } from './node-id.ts';
import { openNodeLog } from './node-logger.ts';
import type { ParentChannel } from './parent-channel.ts';
import { openParentChannel } from './parent-channel.ts';
import { preflight, withConfigKey } from './preflight.ts';
import { STOP_WITHIN_MS, stopInTime } from './stop-in-time.ts';
import { onStopSignals } from './stop-signals.ts';

export interface NodeOptions extends AddressOptions {
  readonly config?: string;
  readonly pretty?: boolean;
  /** HTTP address of a member of the cluster that this node is to join. */
  readonly join?: string;
  /** With `join`: the member whose place it takes. */
  readonly replace?: string;
  /** The folder that holds the node's folder, instead of the configuration's `dataDir`. */
  readonly data?: string;
}

/**
 * `conclave node ID`: runs one node in this very process until it is asked to stop.
 * @param release the program that it runs: this one, or another one to play the next.
 * @returns the exit code: 0 after a stop in good order, 1 after a failure of the running node, 2 if it could not start.
 */
export async function nodeCommand(
  id: string,
  options: NodeOptions,
  release: Release = THIS_RELEASE,
): Promise<number> {
  const parent = openParentChannel();
  try {
    const { config, node, sentences } = await configFor(id, options, release);
    await preflight(config, [node]);
    const lines = options.pretty === true || (process.stdout.isTTY && parent === null);
    const logger = openNodeLog(config, node.id, lines ? 'lines' : 'json');
    for (const sentence of sentences) logger.info(sentence);
    return await runNode({ config, node, logger, release }, parent);
  } catch (error) {
    return report(error, parent);
  }
}

interface Found {
  readonly config: ClusterConfig;
  readonly node: NodeConfig;
  /** What to tell whoever started it. */
  readonly sentences: readonly string[];
}

/** The configuration that the node goes by: the file that names it, or what it kept when it joined. */
async function configFor(id: string, options: NodeOptions, release: Release): Promise<Found> {
  const file = loadConfig(configFilePath(options.config, process.cwd()));
  const config = options.data === undefined ? file : { ...file, dataDir: resolve(options.data) };
  const configured = nodeIn(config, id);
  if (options.join !== undefined) {
    const joining = { ...options, join: options.join };
    const mayStart = (own: NodeConfig): Promise<void> => preflight(config, [own]);
    const local = { dataDir: config.dataDir, configured, reads: release.program.reads, mayStart };
    const joined = await joinCluster(nodeId(checkedNodeId(id)), joining, local);
    return foundIn(joined.config, id, joined.sentences);
  }
  if (configured !== undefined) return { config, node: configured, sentences: [] };
  const kept = NODE_ID_PATTERN.test(id) ? loadJoined(config.dataDir, nodeId(id)) : null;
  return foundIn(kept ?? config, id, []);
}

function foundIn(config: ClusterConfig, id: string, sentences: readonly string[]): Found {
  const node = nodeIn(config, id);
  if (node !== undefined) return { config, node, sentences };
  const known = config.nodes.map((candidate) => candidate.id).join(', ');
  throw new CliError(
    `there is no node "${id}" in ${config.file}; it has ${known}. A new node joins with --join ADDRESS, the HTTP address of any of them.`,
  );
}

function nodeIn(config: ClusterConfig, id: string): NodeConfig | undefined {
  return config.nodes.find((candidate) => candidate.id === id);
}

interface Run {
  readonly config: ClusterConfig;
  readonly node: NodeConfig;
  readonly logger: Logger;
  readonly release: Release;
}

async function runNode(run: Run, parent: ParentChannel | null): Promise<number> {
  const { logger } = run;
  let running: RunningNode | null = null;
  const stopInOrder = async (reason: string): Promise<number> => {
    logger.info({ reason }, 'stopping');
    // Nothing is lost by leaving a start half done: a node may die at any moment.
    if (running === null || (await stopInTime(running.stop())) === 'in-order') return EXIT.ok;
    logger.error(`not done with stopping in good order after ${STOP_WITHIN_MS / 1_000} s: ends as it is`);
    return EXIT.failed;
  };
  const live = async (): Promise<number> => {
    running = await startWithKey(run);
    await parent?.tell({ kind: 'started', addresses: running.addresses });
    const failure = await running.failed;
    logger.fatal({ err: failure }, 'the node had to stop');
    await tellFailure(failure.message, EXIT.failed, parent);
    return EXIT.failed;
  };
  const asked = new Promise<number>((resolve, reject) => {
    const stop = (reason: string): void => void stopInOrder(reason).then(resolve, reject);
    onStopSignals({ stop, stopNow: () => resolve(EXIT.failed) });
    parent?.onParentGone(() => stop('the process that started it has ended'));
  });
  return Promise.race([asked, live()]);
}

async function startWithKey({ config, node, logger, release }: Run): Promise<RunningNode> {
  const { startNode } = await import('../node/start-node.ts');
  try {
    return await startNode({ config, nodeId: node.id, logger, release });
  } catch (error) {
    throw withConfigKey(error, config, node);
  }
}

async function report(error: unknown, parent: ParentChannel | null): Promise<number> {
  const { sentence, exitCode } = explain(error);
  await tellFailure(sentence, exitCode, parent);
  return exitCode;
}

/** To the parent if there is one, which then tells the person; else to the person. */
async function tellFailure(sentence: string, exitCode: number, parent: ParentChannel | null): Promise<void> {
  if (parent === null) process.stderr.write(`conclave: ${sentence}\n`);
  else await parent.tell({ kind: 'failed', sentence, exitCode });
}
