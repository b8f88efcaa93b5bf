import type { ClusterOptions } from './cluster/ask-cluster.ts';
import { runRequest } from './cluster/run-request.ts';

/** `conclave transfer [ID]`: hands leadership to that node, or to the first that has everything. */
export function transferCommand(id: string | undefined, options: ClusterOptions): Promise<number> {
  return runRequest(options, { method: 'POST', path: '/transfer', body: { to: id ?? null } });
}
