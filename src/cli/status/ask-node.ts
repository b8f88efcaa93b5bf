import type { Address } from '../../config/address.ts';
import { dialAddress, formatAddress } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { NodeStatus } from '../../transport/http/node-status.ts';
import { RequestError, askHttp } from '../http-request.ts';

/** What became of asking a node for its status. */
export type NodeAnswer =
  | { readonly kind: 'up'; readonly node: NodeId; readonly status: NodeStatus }
  | { readonly kind: 'down'; readonly node: NodeId; readonly why: string };

const TIMEOUT_MS = 1_000;
const OK = 200;

/** What the first version of the program did not say of itself, as it was: a cluster is upgraded node by node, and looked at meanwhile. */
const SAID_LATER: Partial<NodeStatus> = {
  standing: 'voting',
  doubt: null,
  firstIndex: 1,
  snapshot: null,
  versions: { writes: 1, behaviour: 1, highestReadable: 1 },
  members: [],
  membershipCommitted: true,
  disagreement: null,
  longestPauseMs: 0,
  setAside: { files: 0, bytes: 0 },
};

/** Asks one node. Never fails: a node that does not answer is an answer too. */
export async function askNode(node: NodeId, http: Address): Promise<NodeAnswer> {
  const down = (why: string): NodeAnswer => ({ kind: 'down', node, why });
  if (http.port === 0) return down('its HTTP port is 0 in the configuration: any free one, unknown here');
  const answer = await askAddress(http);
  if (answer.kind === 'down') return down(answer.why);
  if (answer.status?.node !== node) return down(`${atOf(http)} is not node ${node}`);
  return { kind: 'up', node, status: answer.status };
}

/** What became of asking an address; `status` is null if it is no node that listens there. */
export type AddressAnswer =
  | { readonly kind: 'answered'; readonly status: NodeStatus | null }
  | { readonly kind: 'down'; readonly why: string };

/** Asks whoever listens at this address. Never fails. */
export async function askAddress(http: Address): Promise<AddressAnswer> {
  const at = atOf(http);
  try {
    const reply = await askHttp(at, '/status', { timeoutMs: TIMEOUT_MS });
    if (reply.status !== OK) return { kind: 'down', why: `${at} answers with status ${reply.status}` };
    const status = reply.json() as Partial<NodeStatus> | null;
    return {
      kind: 'answered',
      status: typeof status?.node === 'string' ? ({ ...SAID_LATER, ...status } as NodeStatus) : null,
    };
  } catch (error) {
    return { kind: 'down', why: `${at} ${reasonOf(error)}` };
  }
}

/** Whether the node at this address calls itself ready. */
export async function askReady(http: Address): Promise<boolean> {
  try {
    const { status } = await askHttp(atOf(http), '/readyz', { timeoutMs: TIMEOUT_MS });
    return status === OK;
  } catch {
    return false;
  }
}

function atOf(http: Address): string {
  return formatAddress(dialAddress(http));
}

/** Why a request came to nothing, as the end of a sentence that begins with the address. */
export function reasonOf(error: unknown): string {
  return error instanceof RequestError ? error.message : 'cannot be asked';
}
