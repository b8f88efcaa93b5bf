import { crc32 } from 'node:zlib';
import type { Incarnation, NodeId } from '../../ordered-log/index.ts';
import type { RoleName } from '../core/effect.ts';
import type { Standing } from '../core/membership.ts';
import type { StoredSnapshot } from '../storage/snapshot-store.ts';
import type { Applier } from './applier.ts';
import type { NodeSelf } from './founding.ts';
import type { ClusterMember } from './members-payload.ts';
import type { Peers } from './peers.ts';
import type { Replica } from './replica.ts';
import type { Versions } from './version-payload.ts';
import { FIRST_VERSIONS } from './version-payload.ts';

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
  /** Of the log in memory and on disk: what comes before it is in the snapshot only. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly durableIndex: number;
  /** Of the state machine and the sessions together, at `appliedIndex`. */
  readonly stateHash: string;
  readonly incarnation: Incarnation | null;
  readonly standing: Standing;
  /** Why it does not vouch for its disk, for people; null while it does. */
  readonly doubt: string | null;
  /** In force. */
  readonly members: readonly ClusterMember[];
  readonly membershipCommitted: boolean;
  /** As far as it knows or was told, it is no member any more. */
  readonly removed: boolean;
  /** The newest one in the folder. */
  readonly snapshot: { readonly index: number; readonly bytes: number } | null;
  /** The newest one has been damaged since it was stored: it reaches up to here, and another is being taken. */
  readonly damagedSnapshotAt: number | null;
  readonly versions: Versions & { readonly highestReadable: number };
  /** Nodes whose disks are full, as far as is known. */
  readonly shortOfRoom: readonly NodeId[];
  /** Of a leader: learners that have had all their rounds of catching up, and are not made voters until they keep up. */
  readonly lagging: readonly NodeId[];
  readonly peers: readonly PeerSnapshot[];
  /** Names under which two processes run, as far as this node has seen, a sentence for each. */
  readonly twins: readonly string[];
  /** What it waits for, for people: a node that is not born yet, or one that remembers alone. */
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
  self: NodeSelf,
  stateHash: string,
  waitingFor: string | null,
  highestReadable: number,
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
    firstIndex: 1,
    lastIndex: 0,
    durableIndex: 0,
    stateHash,
    incarnation: null,
    standing: 'voting',
    doubt: null,
    members: [],
    membershipCommitted: false,
    removed: false,
    snapshot: null,
    damagedSnapshotAt: null,
    versions: { ...FIRST_VERSIONS, highestReadable },
    shortOfRoom: [],
    lagging: [],
    peers: [],
    twins: [],
    waitingFor,
  };
}

export interface SnapshotSources<Result> {
  readonly self: NodeSelf;
  readonly clusterId: string;
  readonly replica: Replica<Result>;
  readonly applier: Applier<Result>;
  readonly stateHash: string;
  readonly peers: Peers;
  readonly twins: readonly string[];
  readonly snapshot: StoredSnapshot | null;
  readonly doubt: string | null;
  readonly waitingFor: string | null;
  readonly highestReadable: number;
}

export function snapshotOf<Result>(sources: SnapshotSources<Result>): NodeSnapshot {
  const { self, clusterId, replica, applier, peers, twins, snapshot, doubt, waitingFor } = sources;
  const { core } = replica;
  const sessions = crc32(JSON.stringify(applier.sessions.entries())).toString(16).padStart(8, '0');
  const members = replica.members.inForce?.members ?? [];
  return {
    node: self.id,
    clusterId,
    role: core.role,
    term: core.term,
    votedFor: core.votedFor,
    leader: core.leader,
    commitIndex: core.commitIndex,
    appliedIndex: applier.appliedIndex,
    firstIndex: core.log.firstIndex,
    lastIndex: core.log.lastIndex,
    durableIndex: core.durableIndex,
    stateHash: `${sources.stateHash}${sessions}`,
    incarnation: replica.incarnation,
    standing: core.standing,
    doubt,
    members,
    membershipCommitted: core.membershipCommitted,
    removed: replica.isRemoved,
    snapshot: snapshot === null ? null : { index: snapshot.meta.index, bytes: snapshot.bytes },
    damagedSnapshotAt: replica.damagedSnapshotAt,
    versions: { ...applier.versions, highestReadable: sources.highestReadable },
    shortOfRoom: [...peers.short],
    lagging: replica.lagging,
    peers: members
      .map(({ id }) => id)
      .filter((id) => id !== self.id)
      .map((id) => ({
        id,
        connected: peers.greetings.has(id),
        matchIndex: core.peers.find((peer) => peer.id === id)?.matchIndex ?? null,
        ticksSinceHeard: replica.ticksSinceHeard(id),
      })),
    twins,
    waitingFor,
  };
}
