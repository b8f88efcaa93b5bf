import type { Address } from '../../config/address.ts';
import { dialAddress, formatAddress } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { NodeStatus } from '../../transport/http/node-status.ts';

/** What became of asking a node for its status. */
export type NodeAnswer =
  | { readonly kind: 'up'; readonly node: NodeId; readonly status: NodeStatus }
  | { readonly kind: 'down'; readonly node: NodeId; readonly why: string };

const TIMEOUT_MS = 1_000;

/** Asks one node. Never fails: a node that does not answer is an answer too. */
export async function askNode(node: NodeId, http: Address): Promise<NodeAnswer> {
  const down = (why: string): NodeAnswer => ({ kind: 'down', node, why });
  if (http.port === 0) return down('its HTTP port is 0 in the configuration: any free one, unknown here');
  const at = formatAddress(dialAddress(http));
  try {
    const reply = await fetch(`http://${at}/status`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!reply.ok) return down(`${at} answers with status ${reply.status}`);
    const status = (await reply.json()) as Partial<NodeStatus> | null;
    if (status?.node !== node) return down(`${at} is not node ${node}`);
    return { kind: 'up', node, status: status as NodeStatus };
  } catch (error) {
    return down(`${at} ${reasonOf(error)}`);
  }
}

/** Whether the node at this address calls itself ready. */
export async function askReady(http: Address): Promise<boolean> {
  try {
    const at = formatAddress(dialAddress(http));
    const reply = await fetch(`http://${at}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await reply.body?.cancel();
    return reply.ok;
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'does not answer';
  if (error instanceof SyntaxError) return 'does not answer with JSON';
  const cause = error instanceof Error ? error.cause : undefined;
  const code =
    cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? 'unknown error') : 'unknown error';
  return code === 'ECONNREFUSED' ? 'is not listened on' : `cannot be reached (${code})`;
}
