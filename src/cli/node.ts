import type { NodeConfig, ClusterConfig } from '../config/cluster-config.ts';
import { configFilePath, loadConfig } from '../config/load-config.ts';
import type { RunningNode } from '../node/start-node.ts';
import { CliError, EXIT, explain } from './cli-error.ts';
import type { NodeLog } from './node-logger.ts';
import { openNodeLog } from './node-logger.ts';
import type { ParentChannel } from './parent-channel.ts';
import { openParentChannel } from './parent-channel.ts';
import { preflight, withConfigKey } from './preflight.ts';
import { onStopSignals } from './stop-signals.ts';

export interface NodeOptions {
  readonly config?: string;
  readonly pretty?: boolean;
}

/**
 * `conclave node ID`: runs one node in this very process until it is asked to stop.
 * @returns the exit code: 0 after a stop in good order, 1 after a failure of the running node, 2 if it could not start.
 */
export async function nodeCommand(id: string, options: NodeOptions): Promise<number> {
  const parent = openParentChannel();
  try {
    const config = loadConfig(configFilePath(options.config, process.cwd()));
    const node = nodeNamed(config, id);
    await preflight(config, [node]);
    const lines = options.pretty === true || (process.stdout.isTTY && parent === null);
    const log = openNodeLog(config, node.id, lines ? 'lines' : 'json');
    try {
      return await runNode(config, node, log, parent);
    } finally {
      log.flush();
    }
  } catch (error) {
    return report(error, parent);
  }
}

function nodeNamed(config: ClusterConfig, id: string): NodeConfig {
  const node = config.nodes.find((candidate) => candidate.id === id);
  if (node !== undefined) return node;
  const known = config.nodes.map((candidate) => candidate.id).join(', ');
  throw new CliError(`there is no node "${id}" in ${config.file}; it has ${known}.`);
}

async function runNode(
  config: ClusterConfig,
  node: NodeConfig,
  log: NodeLog,
  parent: ParentChannel | null,
): Promise<number> {
  let running: RunningNode | null = null;
  const stopInOrder = async (reason: string): Promise<number> => {
    log.logger.info({ reason }, 'stopping');
    // Nothing is lost by leaving a start half done: a node may die at any moment.
    await running?.stop();
    return EXIT.ok;
  };
  const live = async (): Promise<number> => {
    running = await startWithKey(config, node, log);
    await parent?.tell({ kind: 'started', addresses: running.addresses });
    const failure = await running.failed;
    log.logger.fatal({ err: failure }, 'the node had to stop');
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

async function startWithKey(config: ClusterConfig, node: NodeConfig, log: NodeLog): Promise<RunningNode> {
  const { startNode } = await import('../node/start-node.ts');
  try {
    return await startNode({ config, nodeId: node.id, logger: log.logger });
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
