import type { AdminReply } from '../../transport/http/admin-source.ts';
import type { MemberStatus } from '../../transport/http/node-status.ts';
import { CliError } from '../cli-error.ts';
import type { NodeAnswer } from '../status/ask-node.ts';
import type { HttpReply } from '../http-request.ts';
import { RequestError, askHttp } from '../http-request.ts';
import { reasonOf } from '../status/ask-node.ts';

/** Something that only a node can do, as HTTP puts it. */
export interface AdminRequest {
  readonly method: 'POST' | 'DELETE';
  /** `/members` */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The leader may change while it is looked for; a circle ends here. */
const MAX_HOPS = 4;
/** Longer than a node takes to say that it does not know. */
const TIMEOUT_MS = 10_000;

/** Where to begin: the leader if it is known, else any node that answers. `host:port`, or null if nobody does. */
export function whomToAsk(answers: readonly NodeAnswer[], members: readonly MemberStatus[]): string | null {
  const up = answers.flatMap((answer) => (answer.kind === 'up' ? [answer.status] : []));
  const node = up.find(({ role }) => role === 'leader') ?? up[0];
  return members.find(({ id }) => id === node?.node)?.http ?? null;
}

/**
 * Brings a wish to the node at this address, and from there to the leader.
 * @throws {CliError} if a node cannot be reached; whether anything was done is said in its sentence.
 */
export async function administer(http: string, request: AdminRequest): Promise<AdminReply> {
  let at = http;
  for (let hop = 1; ; hop += 1) {
    const reply = await send(at, request);
    if (reply.code !== 'not-leader' || hop === MAX_HOPS) return reply;
    at = reply.http;
  }
}

async function send(at: string, { method, path, body = {} }: AdminRequest): Promise<AdminReply> {
  let reply: HttpReply;
  try {
    reply = await askHttp(at, path, { method, body, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    // Only a request that never left is certainly not carried out.
    const done =
      error instanceof RequestError && !error.wasSent ? 'nothing was done' : 'it may still be done';
    throw new CliError(`${at} ${reasonOf(error)}; ${done}.`, { cause: error });
  }
  try {
    const answer = reply.json() as AdminReply;
    if (typeof answer.code === 'string' && typeof answer.message === 'string') return answer;
  } catch {
    // Said below: it is no answer of ours.
  }
  throw new CliError(
    `what listens at ${at} does not answer as a node of this version does (status ${reply.status}).`,
  );
}
