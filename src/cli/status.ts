import { EXIT } from './cli-error.ts';
import type { ClusterOptions } from './cluster/ask-cluster.ts';
import { askCluster } from './cluster/ask-cluster.ts';
import { painterFor } from './painter.ts';
import { renderStatus } from './status/status-table.ts';
import { judgeCluster } from './status/verdict.ts';

export interface StatusOptions extends ClusterOptions {
  readonly json?: boolean;
}

/**
 * `conclave status`: asks every node and prints what they say.
 * @returns the exit code: 0 if there is a leader that a majority follows, else 1.
 */
export async function statusCommand(options: StatusOptions): Promise<number> {
  const { answers } = await askCluster(options);
  const verdict = judgeCluster(answers);
  const text =
    options.json === true
      ? JSON.stringify({ verdict, nodes: answers }, null, 2)
      : renderStatus(answers, verdict, painterFor(process.stdout));
  process.stdout.write(`${text}\n`);
  return verdict.healthy ? EXIT.ok : EXIT.failed;
}
