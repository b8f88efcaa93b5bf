import type { NodeStatus } from '../../transport/http/node-status.ts';
import type { NodeAnswer } from './ask-node.ts';
import { membersOf } from './members-of.ts';

/** How far an upgrade has come, and what is to be done next; nothing if no node reads more than is written. Pure. */
export function upgradeHints(answers: readonly NodeAnswer[]): readonly string[] {
  const members = membersOf(answers);
  const up = answers.flatMap((answer) => (answer.kind === 'up' ? [answer.status] : []));
  const written = Math.max(...up.map(({ versions }) => versions.writes));
  const readable = Math.max(...up.map(({ versions }) => versions.highestReadable));
  if (members.length === 0 || readable <= written) return [];
  const reading = (status: NodeStatus): boolean => status.versions.highestReadable === readable;
  const done = namesOf(up.filter(reading));
  const behind = namesOf(up.filter((status) => !reading(status)));
  const silent = members.map(({ id }) => id).filter((id) => !up.some(({ node }) => node === id));
  if (behind.length + silent.length === 0)
    return [
      `all nodes read version ${readable}, and version ${written} is written: conclave upgrade raises it`,
    ];
  const stand = [
    `${done.join(' and ')} ${done.length === 1 ? 'reads' : 'read'} version ${readable}`,
    ...(behind.length === 0 ? [] : [`${behind.join(' and ')} not yet`]),
    ...(silent.length === 0
      ? []
      : [`${silent.join(' and ')} ${silent.length === 1 ? 'does' : 'do'} not answer`]),
  ];
  return [
    `an upgrade is under way: ${stand.join(', ')}; version ${written} is written until all read ${readable} and conclave upgrade raises it`,
  ];
}

function namesOf(statuses: readonly NodeStatus[]): readonly string[] {
  return statuses.map(({ node }) => node);
}
