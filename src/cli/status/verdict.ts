import { quorumOf } from '../../config/cluster-config.ts';
import type { NodeStatus } from '../../transport/http/node-status.ts';
import type { NodeAnswer } from './ask-node.ts';
import { membersOf } from './members-of.ts';
import { upgradeHints } from './upgrade-hints.ts';

/** What the answers of all nodes say about the cluster as a whole. */
export interface Verdict {
  /** Whether there is a leader that a majority follows. */
  readonly healthy: boolean;
  /** `leader n2, term 7, can lose 1 more` */
  readonly line: string;
  readonly leader: string | null;
  readonly term: number | null;
  /** How many of those that count in a majority follow the leader, itself included. */
  readonly followers: number;
  /** What an operator may want to know, a line each. */
  readonly hints: readonly string[];
  /** What an operator should look at, a sentence each. */
  readonly warnings: readonly string[];
}

/** Judges the cluster by what its nodes answered. Pure. */
export function judgeCluster(answers: readonly NodeAnswer[]): Verdict {
  const up = answers.flatMap((answer) => (answer.kind === 'up' ? [answer.status] : []));
  const leader = leaderOf(up);
  const voters = votersAmong(answers);
  const followers =
    leader === null ? [] : up.filter((status) => voters.has(status.node) && follows(status, leader));
  const healthy = leader !== null && followers.length >= quorumOf(voters.size);
  return {
    healthy,
    line:
      leader === null ? lineWithoutLeader(voters, up) : lineWithLeader(voters.size, leader, followers.length),
    leader: leader?.node ?? null,
    term: leader?.term ?? null,
    followers: followers.length,
    hints: upgradeHints(answers),
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

/** Those whose votes count, by the log; by the configuration while no log says. */
function votersAmong(answers: readonly NodeAnswer[]): ReadonlySet<string> {
  const voters = membersOf(answers).filter(({ role }) => role === 'voter');
  return new Set(voters.length > 0 ? voters.map(({ id }) => id) : answers.map(({ node }) => node));
}

/** A node that recovers follows, but does not count. */
function follows(status: NodeStatus, leader: NodeStatus): boolean {
  return status.standing !== 'recovering' && status.term === leader.term && status.leader === leader.node;
}

function lineWithLeader(nodes: number, leader: NodeStatus, followers: number): string {
  const quorum = quorumOf(nodes);
  if (followers < quorum) {
    return `leader ${leader.node}, term ${leader.term}, has no majority: ${followers} of ${nodes} follow it, need ${quorum}`;
  }
  const spare = followers - quorum;
  return `leader ${leader.node}, term ${leader.term}, can lose ${spare === 0 ? 'none' : `${spare} more`}`;
}

function lineWithoutLeader(voters: ReadonlySet<string>, running: readonly NodeStatus[]): string {
  const nodes = voters.size;
  const quorum = quorumOf(nodes);
  const up = running.filter((status) => voters.has(status.node));
  if (up.length < quorum) {
    const missing = [...voters].filter((voter) => !up.some(({ node }) => node === voter));
    return `${up.length} of ${nodes} up, need ${quorum}; missing: ${missing.join(', ')}`;
  }
  const waiting = up.find((status) => status.waitingFor !== null);
  const reason =
    waiting === undefined
      ? `an election is on, term ${Math.max(...up.map((status) => status.term))}`
      : `${waiting.node} waits for ${waiting.waitingFor ?? ''}`;
  return `no leader yet: ${up.length} of ${nodes} up, ${reason}`;
}

function warningsAbout(up: readonly NodeStatus[]): readonly string[] {
  return [
    ...differentClusters(up),
    ...differentStates(up),
    ...saidBy(up, doubtOf),
    ...saidBy(up, ({ disagreement }) => (disagreement === null ? [] : [disagreement])),
    ...saidBy(up, ({ alarms }) => alarms),
  ];
}

/** Each sentence once, with the names of all who say it: nodes that share a file complain of it in the same words. */
function saidBy(
  up: readonly NodeStatus[],
  sentencesOf: (status: NodeStatus) => readonly string[],
): readonly string[] {
  const speakers = new Map<string, string[]>();
  for (const status of up)
    for (const sentence of sentencesOf(status))
      speakers.set(sentence, [...(speakers.get(sentence) ?? []), status.node]);
  return [...speakers].map(([sentence, nodes]) => `${nodes.join(' and ')}: ${sentence}`);
}

function doubtOf({ standing, doubt }: NodeStatus): readonly string[] {
  if (doubt !== null) return [doubt];
  return standing === 'recovering'
    ? ['recovering: it does not vote until the others have readmitted it']
    : [];
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
