import type { ClusterConfig } from '../config/cluster-config.ts';
import { configFilePath, loadConfig } from '../config/load-config.ts';
import { CliError, EXIT } from './cli-error.ts';
import { painterFor } from './painter.ts';
import { preflight } from './preflight.ts';
import { onStopSignals } from './stop-signals.ts';
import { raiseCluster } from './up/raise-cluster.ts';

export interface UpOptions {
  readonly config?: string;
}

/**
 * `conclave up`: runs all nodes as children of this process and tells their stories, until it is asked to stop.
 * @returns the exit code: 0 after a stop, 1 if no node is left.
 * @throws {CliError} if so many nodes cannot start that no quorum is left.
 */
export async function upCommand(options: UpOptions): Promise<number> {
  const config: ClusterConfig = loadConfig(configFilePath(options.config, process.cwd()));
  await preflight(config, config.nodes);
  const raised = raiseCluster({
    config,
    folder: process.cwd(),
    paint: painterFor(process.stdout),
    write: (text) => void process.stdout.write(text),
  });
  onStopSignals({ stop: () => raised.stop(), stopNow: () => raised.kill() });
  const outcome = await raised.outcome;
  switch (outcome.kind) {
    case 'stopped':
      return EXIT.ok;
    case 'none-left':
      return EXIT.failed;
    case 'cannot-start':
      throw new CliError(outcome.sentence);
    default:
      return outcome satisfies never;
  }
}
