import type { MemberStatus, NodeStatus } from '../../transport/http/node-status.ts';
import type { NodeAnswer } from './ask-node.ts';

/** Who belongs to the cluster, in the words of the node that knows best: the leader, else whoever is furthest. Empty if nobody knows. Pure. */
export function membersOf(answers: readonly NodeAnswer[]): readonly MemberStatus[] {
  const best = answers
    .flatMap((answer) => (answer.kind === 'up' && answer.status.members.length > 0 ? [answer.status] : []))
    .reduce<NodeStatus | null>(
      (best, status) => (best === null || knowsMore(status, best) ? status : best),
      null,
    );
  return best?.members ?? [];
}

function knowsMore(one: NodeStatus, other: NodeStatus): boolean {
  if (one.term !== other.term) return one.term > other.term;
  if ((one.role === 'leader') !== (other.role === 'leader')) return one.role === 'leader';
  return one.commitIndex > other.commitIndex;
}
