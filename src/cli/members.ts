import { CliError, EXIT } from './cli-error.ts';
import type { ClusterOptions } from './cluster/ask-cluster.ts';
import { askCluster } from './cluster/ask-cluster.ts';
import { runRequest } from './cluster/run-request.ts';
import { renderMembers } from './members/members-table.ts';
import { checkedNodeId } from './node-id.ts';
import { painterFor } from './painter.ts';

/** Where a new node will listen: `host:port` each. */
export interface NewNodeOptions extends ClusterOptions {
  readonly peer: string;
  readonly client: string;
  readonly http: string;
}

/** `conclave members`: who belongs to the cluster. @returns the exit code: 0 if somebody who knows answered. */
export async function listMembers(options: ClusterOptions & { readonly json?: boolean }): Promise<number> {
  const { answers, members } = await askCluster(options);
  if (members.length === 0) {
    const why = answers.map(
      (answer) => `${answer.node}: ${answer.kind === 'down' ? answer.why : 'knows no cluster yet'}`,
    );
    throw new CliError(`nobody can say who belongs to the cluster (${why.join('; ')}).`);
  }
  const text =
    options.json === true
      ? JSON.stringify(members, null, 2)
      : renderMembers(members, answers, painterFor(process.stdout));
  process.stdout.write(`${text}\n`);
  return EXIT.ok;
}

/** `conclave members add ID`: takes a node in, which may be started before or after. */
export function addMember(id: string, options: NewNodeOptions): Promise<number> {
  return runRequest(options, { method: 'POST', path: '/members', body: bodyOf(checkedNodeId(id), options) });
}

/** `conclave members remove ID`. */
export function removeMember(id: string, options: ClusterOptions): Promise<number> {
  return runRequest(options, { method: 'DELETE', path: `/members/${checkedNodeId(id)}` });
}

/** `conclave members replace OLD NEW`: the old one goes once the new one votes. */
export function replaceMember(old: string, id: string, options: NewNodeOptions): Promise<number> {
  const path = `/members/${checkedNodeId(old)}/replace`;
  return runRequest(options, { method: 'POST', path, body: bodyOf(checkedNodeId(id), options) });
}

function bodyOf(id: string, { peer, client, http }: NewNodeOptions): Readonly<Record<string, string>> {
  return { id, peer, client, http };
}
