import packageJson from '../../package.json' with { type: 'json' };
import type { ChatViews } from '../chat/views.ts';
import type { NodeSnapshot } from '../raft/driver/node-snapshot.ts';
import type { NodeStatus, StatusSource } from '../transport/http/node-status.ts';

export interface StatusParts {
  readonly snapshot: () => NodeSnapshot;
  readonly views: ChatViews;
  readonly connections: () => number;
  readonly alarms: () => readonly string[];
  readonly tickMs: number;
}

const startedAt = new Date(performance.timeOrigin).toISOString();

/** What a node says of itself over HTTP, gathered from its parts at the moment of asking. */
export function statusSource(parts: StatusParts): StatusSource {
  return {
    status: () => statusOf(parts),
    ready: () => readinessOf(parts.snapshot()),
  };
}

function statusOf({ snapshot, views, connections, alarms, tickMs }: StatusParts): NodeStatus {
  const { peers, role, clusterId, ...rest } = snapshot();
  const { accounts, messages } = views.counts();
  return {
    ...rest,
    clusterId,
    role: clusterId === null ? 'starting' : role,
    version: packageJson.version,
    pid: process.pid,
    startedAt,
    peers: peers.map(({ id, connected, matchIndex, ticksSinceHeard }) => ({
      id,
      connected,
      matchIndex,
      lastContactMs: ticksSinceHeard === null ? null : ticksSinceHeard * tickMs,
    })),
    connections: connections(),
    accounts,
    messages,
    alarms: alarms(),
  };
}

function readinessOf({
  clusterId,
  waitingFor,
  leader,
  appliedIndex,
  commitIndex,
  incarnation,
}: NodeSnapshot): ReturnType<StatusSource['ready']> {
  if (clusterId === null)
    return { ready: false, why: `waiting for ${waitingFor ?? 'the cluster to be born'}` };
  if (leader === null) return { ready: false, why: 'no leader is known' };
  if (appliedIndex < commitIndex)
    return { ready: false, why: `catching up: ${appliedIndex} of ${commitIndex} applied` };
  if (incarnation === null) return { ready: false, why: 'not yet taken in by the cluster' };
  return { ready: true, why: 'a leader is known and this node has caught up' };
}
