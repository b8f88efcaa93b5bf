import { ChatLoad } from './bench/chat-load.ts';
import type { LoadResult } from './bench/closed-loop.ts';
import { runClosedLoop } from './bench/closed-loop.ts';
import { configFilePath, loadConfig } from '../config/load-config.ts';
import type { ClusterConfig, NodeConfig } from '../config/cluster-config.ts';
import { dialAddress } from '../config/address.ts';
import { CliError, EXIT } from './cli-error.ts';
import { askNode } from './status/ask-node.ts';
import { judgeCluster } from './status/verdict.ts';

export interface BenchOptions {
  readonly config?: string;
  readonly inFlight: number;
  readonly connections: number;
  readonly seconds: number;
  readonly spread?: boolean;
  readonly online?: boolean;
  readonly json?: boolean;
}

const TEXT_LENGTH = 100;
const WARM_MS = 1_000;
/** Messages that are kept for one account of the load, when nobody is online: well below what a cluster allows unless told otherwise. */
const MAILBOXES = 256;

/**
 * `conclave bench`: puts a load on a running cluster, and prints how much was acknowledged and how long it took. Leaves
 * the accounts of the load, and the messages that were kept for them, behind.
 * @returns the exit code: 0 if everything was acknowledged, else 1.
 */
export async function benchCommand(options: BenchOptions): Promise<number> {
  const config = loadConfig(configFilePath(options.config, process.cwd()));
  const load = new ChatLoad({
    nodes: (await doors(config, options)).map(({ client }) => dialAddress(client)),
    recipients: options.online === true ? 'online' : 'offline',
    mailboxes: options.online === true ? 0 : MAILBOXES,
    textLength: TEXT_LENGTH,
  });
  await load.prepare();
  const result = await runClosedLoop({
    inFlight: options.inFlight,
    connections: options.connections,
    warmMs: WARM_MS,
    runMs: options.seconds * 1_000,
    open: (place) => load.open(place),
  });
  process.stdout.write(
    `${options.json === true ? JSON.stringify(result) : sentences(result, load.prefix)}\n`,
  );
  return result.refused + result.unanswered === 0 ? EXIT.ok : EXIT.failed;
}

/** The leader alone, or all nodes beginning with it. Throws a `CliError` if nobody leads. */
async function doors(config: ClusterConfig, { spread }: BenchOptions): Promise<readonly NodeConfig[]> {
  const answers = await Promise.all(config.nodes.map(({ id, http }) => askNode(id, http)));
  const { leader, line } = judgeCluster(answers);
  const place = config.nodes.findIndex(({ id }) => id === leader);
  if (place === -1) throw new CliError(`the cluster of ${config.file} cannot be put under load: ${line}.`);
  const nodes = [...config.nodes.slice(place), ...config.nodes.slice(0, place)];
  return spread === true ? nodes : nodes.slice(0, 1);
}

function sentences(result: LoadResult, prefix: string): string {
  const { inFlight, connections, rate, acknowledged, pushed, refused, unanswered } = result;
  const times = ({ p50, p99, p999 }: typeof acknowledged): string =>
    `p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, p99.9 ${p999.toFixed(2)} ms`;
  return [
    `${Math.round(rate)} messages a second acknowledged, ${inFlight} in flight over ${connections} connections`,
    `from sending to the acknowledgement: ${times(acknowledged)}`,
    ...(pushed === null ? [] : [`from sending to the recipient: ${times(pushed)}`]),
    ...(refused === 0 ? [] : [`${refused} were refused: is a limit of the cluster reached?`]),
    ...(unanswered === 0 ? [] : [`${unanswered} were never answered`]),
    `what stays in the cluster: the accounts of this load, whose names begin with ${prefix}${pushed === null ? `, and ${result.acknowledgedInAll} messages for them` : ''}`,
  ].join('\n');
}
