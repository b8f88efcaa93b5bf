import { quorumOf } from '../../config/cluster-config.ts';
import type { NodeStatus } from '../../transport/http/node-status.ts';
import type { NodeAnswer } from './ask-node.ts';

/** What the answers of all nodes say about the cluster as a whole. */
export interface Verdict {
  /** Whether there is a leader that a majority follows. */
  readonly healthy: boolean;
  /** `leader n2, term 7, can lose 1 more` */
  readonly line: string;
  readonly leader: string | null;
  readonly term: number | null;
  /** How many nodes follow the leader, itself included. */
  readonly followers: number;
  /** What an operator should look at, a sentence each. */
  readonly warnings: readonly string[];
}

/** Judges the cluster by what its nodes answered. Pure. */
export function judgeCluster(answers: readonly NodeAnswer[]): Verdict {
  const up = answers.flatMap((answer) => (answer.kind === 'up' ? [answer.status] : []));
  const leader = leaderOf(up);
  const followers = leader === null ? [] : up.filter((status) => follows(status, leader));
  const healthy = leader !== null && followers.length >= quorumOf(answers.length);
  return {
    healthy,
    line:
      leader === null
        ? lineWithoutLeader(answers.length, up)
        : lineWithLeader(answers.length, leader, followers.length),
    leader: leader?.node ?? null,
    term: leader?.term ?? null,
    followers: followers.length,
    warnings: warningsAbout(up),
  };
}

/** Of several that call themselves leader, the one of the highest term: the others have not heard of it yet. */
function leaderOf(up: readonly NodeStatus[]): NodeStatus | null {
  const leaders = up.filter((status) => status.role === 'leader');
  return leaders.reduce<NodeStatus | null>(
    (best, status) => (best === null || status.term > best.term ? status : best),
    null,
  );
}

function follows(status: NodeStatus, leader: NodeStatus): boolean {
  return status.term === leader.term && status.leader === leader.node;
}

function lineWithLeader(nodes: number, leader: NodeStatus, followers: number): string {
  const quorum = quorumOf(nodes);
  if (followers < quorum) {
    return `leader ${leader.node}, term ${leader.term}, has no majority: ${followers} of ${nodes} follow it, need ${quorum}`;
  }
  const spare = followers - quorum;
  return `leader ${leader.node}, term ${leader.term}, can lose ${spare === 0 ? 'none' : `${spare} more`}`;
}

function lineWithoutLeader(nodes: number, up: readonly NodeStatus[]): string {
  const quorum = quorumOf(nodes);
  if (up.length < quorum) return `${up.length} of ${nodes} up, need ${quorum}`;
  const waiting = up.find((status) => status.waitingFor !== null);
  const reason =
    waiting === undefined
      ? `an election is on, term ${Math.max(...up.map((status) => status.term))}`
      : `${waiting.node} waits for ${waiting.waitingFor ?? ''}`;
  return `no leader yet: ${up.length} of ${nodes} up, ${reason}`;
}

function warningsAbout(up: readonly NodeStatus[]): readonly string[] {
  const alarms = up.flatMap((status) => status.alarms.map((alarm) => `${status.node}: ${alarm}`));
  return [...differentClusters(up), ...differentStates(up), ...alarms];
}

function differentClusters(up: readonly NodeStatus[]): readonly string[] {
  const clusters = new Set(up.flatMap((status) => (status.clusterId === null ? [] : [status.clusterId])));
  return clusters.size > 1
    ? ['the nodes belong to different clusters: a data folder is not where it should be']
    : [];
}

/** Replicas that have applied the same log must be equal: if not, one of them is wrong, and nothing here can say which. */
function differentStates(up: readonly NodeStatus[]): readonly string[] {
  const byIndex = new Map<number, NodeStatus[]>();
  for (const status of up)
    byIndex.set(status.appliedIndex, [...(byIndex.get(status.appliedIndex) ?? []), status]);
  return [...byIndex]
    .filter(([, statuses]) => new Set(statuses.map((status) => status.stateHash)).size > 1)
    .map(
      ([index, statuses]) =>
        `the states of ${statuses.map((status) => status.node).join(' and ')} differ at applied index ${index}`,
    );
}
