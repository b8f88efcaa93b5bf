/**
 * Raft for Node: a replicated state machine over a log on disk. Imports nothing beyond Node. Begin with `startReplica`; build on
 * `ClusterNode` for membership, versions and limits of your own, or on `Raft` for the bare algorithm. See docs/embedding.md.
 */
export { startReplica } from './runtime/start-replica.ts';
export type { RunningReplica } from './runtime/start-replica.ts';
export { ReplicaOptionsError } from './runtime/replica-options.ts';
export type { ReplicaOptions } from './runtime/replica-options.ts';
export { ProposalError } from './runtime/promised-log.ts';
export { openRaftFolder } from './runtime/raft-folder.ts';
export type { RaftFolder, RaftFolderOptions } from './runtime/raft-folder.ts';
export { Ticker } from './runtime/ticker.ts';
export { Turns } from './runtime/turns.ts';
export { ClusterNode } from './driver/cluster-node.ts';
export type { ClusterNodeParts, RaftSettings } from './driver/cluster-node.ts';
export type { AdminAnswer, AdminDone, AdminWish, NewMember } from './driver/admin.ts';
export type { ClusterMember, MemberAddresses } from './driver/members-payload.ts';
export { PROGRAM, VersionError } from './driver/program.ts';
export type { Program } from './driver/program.ts';
export { BatchFormats } from './driver/batch-formats.ts';
export { FIRST_BATCH_FORMAT } from './driver/payloads.ts';
export type { SnapshotSettings } from './driver/snapshot-settings.ts';
export type { NodeSnapshot, PeerSnapshot } from './driver/node-snapshot.ts';
export type { Observer, RaftEvent } from './driver/observer.ts';
export type { Greeting, PeerAddress, PeerNetwork, PeerNetworkListener } from './driver/peer-network.ts';
export { Raft } from './core/raft.ts';
export type { RaftOptions } from './core/options.ts';
export type { Input } from './core/input.ts';
export type { Effect, HardState, RoleChangeReason, RoleName } from './core/effect.ts';
export type { Message } from './core/messages.ts';
export type { Entry, EntryKind, Proposal } from './core/entry.ts';
export { NO_INDEX, NO_TERM, logIndex, term, ticket } from './core/ids.ts';
export type { LogIndex, Term, Ticket } from './core/ids.ts';
export type { Member, Membership, Standing } from './core/membership.ts';
export { seededRandom } from './core/random.ts';
export type { Random } from './core/random.ts';
export type { LogPosition, SnapshotMeta } from './core/snapshot-meta.ts';
export { RaftInvariantError } from './core/errors.ts';
export { sealEntry } from './codec/entry-codec.ts';
export { openLog } from './storage/open-log.ts';
export type { Disk, DiskDone, DiskErrorCode } from './storage/disk.ts';
export { DiskError } from './storage/disk.ts';
export { NodeDisk } from './storage/node-disk.ts';
export {
  IdentityError,
  LogDamagedError,
  LogForeignError,
  LogFormatError,
  LogSuspectError,
} from './storage/errors.ts';
export { bodyOf, nodeId, readId } from '../ordered-log/index.ts';
export type {
  CommittedCommand,
  Incarnation,
  IncarnationChange,
  LogListener,
  NodeId,
  OrderedLog,
  ReadId,
  StateMachine,
  StateRestore,
  SubmissionId,
  SubmitAnswer,
} from '../ordered-log/index.ts';
