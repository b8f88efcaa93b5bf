import type { Incarnation, NodeId } from '../../ordered-log/index.ts';
import { crc32 } from 'node:zlib';
import type { RoleName } from '../core/effect.ts';
import type { Applier } from './applier.ts';
import type { FoundingSelf } from './founding.ts';
import type { Greeting } from './peer-network.ts';
import type { Replica } from './replica.ts';

/** What a node can say of itself at one moment. */
export interface NodeSnapshot {
  readonly node: NodeId;
  readonly clusterId: string | null;
  readonly role: RoleName;
  readonly term: number;
  readonly votedFor: NodeId | null;
  readonly leader: NodeId | null;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly lastIndex: number;
  readonly durableIndex: number;
  /** Of the state machine and the sessions together, at `appliedIndex`. */
  readonly stateHash: string;
  readonly incarnation: Incarnation | null;
  readonly peers: readonly PeerSnapshot[];
  /** What a node that is not born yet waits for, for people. */
  readonly waitingFor: string | null;
}

export interface PeerSnapshot {
  readonly id: NodeId;
  readonly connected: boolean;
  /** Known to a leader only. */
  readonly matchIndex: number | null;
  readonly ticksSinceHeard: number | null;
}

export function emptySnapshot(
  self: FoundingSelf,
  stateHash: string,
  waitingFor: string | null,
): NodeSnapshot {
  return {
    node: self.id,
    clusterId: null,
    role: 'follower',
    term: 0,
    votedFor: null,
    leader: null,
    commitIndex: 0,
    appliedIndex: 0,
    lastIndex: 0,
    durableIndex: 0,
    stateHash,
    incarnation: null,
    peers: [],
    waitingFor,
  };
}

export function snapshotOf<Result>(
  self: FoundingSelf,
  clusterId: string,
  replica: Replica<Result>,
  applier: Applier<Result>,
  machineHash: string,
  greetings: ReadonlyMap<NodeId, Greeting>,
): NodeSnapshot {
  const { core } = replica;
  const sessions = crc32(JSON.stringify(applier.sessions.entries())).toString(16).padStart(8, '0');
  return {
    node: self.id,
    clusterId,
    role: core.role,
    term: core.term,
    votedFor: core.votedFor,
    leader: core.leader,
    commitIndex: core.commitIndex,
    appliedIndex: applier.appliedIndex,
    lastIndex: core.log.lastIndex,
    durableIndex: core.durableIndex,
    stateHash: `${machineHash}${sessions}`,
    incarnation: replica.incarnation,
    peers: self.nodes
      .filter((id) => id !== self.id)
      .map((id) => ({
        id,
        connected: greetings.has(id),
        matchIndex: core.peers.find((peer) => peer.id === id)?.matchIndex ?? null,
        ticksSinceHeard: replica.ticksSinceHeard(id),
      })),
    waitingFor: null,
  };
}
