import { CliError, EXIT } from '../cli-error.ts';
import type { AdminRequest } from './administer.ts';
import { administer, whomToAsk } from './administer.ts';
import type { ClusterOptions } from './ask-cluster.ts';
import { askCluster } from './ask-cluster.ts';

/**
 * Finds the cluster, asks it for something, and prints what came of it.
 * @returns the exit code: 0 if it was done, else 1.
 */
export async function runRequest(options: ClusterOptions, request: AdminRequest): Promise<number> {
  const { answers, members } = await askCluster(options);
  const http = whomToAsk(answers, members);
  if (http === null) throw new CliError(`nothing was done: ${whyNobody(answers)}.`);
  const { code, message } = await administer(http, request);
  if (code === 'done') {
    process.stdout.write(`${message}\n`);
    return EXIT.ok;
  }
  process.stderr.write(`conclave: ${message}\n`);
  return EXIT.failed;
}

function whyNobody(answers: Awaited<ReturnType<typeof askCluster>>['answers']): string {
  const why = answers.flatMap((answer) => (answer.kind === 'down' ? [`${answer.node}: ${answer.why}`] : []));
  return why.length === answers.length
    ? `no node answers (${why.join('; ')})`
    : 'no node that answers belongs to a cluster yet';
}
