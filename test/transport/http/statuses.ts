import type { NodeStatus } from '../../../src/transport/http/node-status.ts';

/** A healthy follower's status, with whatever a test wants to be different. */
export function statusWith(changes: Partial<NodeStatus>): NodeStatus {
  return {
    node: 'n1',
    version: '0.1.0',
    pid: 4711,
    startedAt: '2026-11-22T10:00:00.000Z',
    clusterId: '00112233445566778899aabbccddeeff',
    role: 'follower',
    standing: 'voting',
    doubt: null,
    term: 7,
    votedFor: 'n2',
    leader: 'n2',
    commitIndex: 120,
    appliedIndex: 120,
    lastIndex: 121,
    durableIndex: 121,
    firstIndex: 1,
    snapshot: null,
    versions: { writes: 1, behaviour: 1, highestReadable: 1 },
    stateHash: '9f86d081884c7d65',
    incarnation: 3,
    members: [],
    membershipCommitted: true,
    disagreement: null,
    peers: [],
    connections: 2,
    accounts: 5,
    messages: 9,
    room: { usedBytes: 12_000, limitBytes: 1_000_000 },
    longestPauseMs: 4,
    waitingFor: null,
    alarms: [],
    ...changes,
  };
}
