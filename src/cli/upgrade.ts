import type { ClusterOptions } from './cluster/ask-cluster.ts';
import { runRequest } from './cluster/run-request.ts';

/** `conclave upgrade`: the cluster writes, from now on, the newest version that all of its nodes read. There is no way back. */
export function upgradeCommand(options: ClusterOptions): Promise<number> {
  return runRequest(options, { method: 'POST', path: '/upgrade' });
}
