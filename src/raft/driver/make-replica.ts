import type { LogListener } from '../../ordered-log/index.ts';
import { sealEntry } from '../codec/entry-codec.ts';
import type { HardState } from '../core/effect.ts';
import type { Entry } from '../core/entry.ts';
import { logIndex } from '../core/ids.ts';
import { Raft } from '../core/raft.ts';
import type { LogPosition } from '../core/snapshot-meta.ts';
import { Applier } from './applier.ts';
import { decodeMembers } from './members-payload.ts';
import type { ClusterNodeParts } from './node-parts.ts';
import { nonceOf } from './payloads.ts';
import type { Peers } from './peers.ts';
import type { Program } from './program.ts';
import { assertReadable } from './program.ts';
import { Replica } from './replica.ts';
import type { Submitter } from './submitter.ts';
import { decodeVersions } from './version-payload.ts';

/** Where a replica's log begins. */
export interface ReplicaStart {
  readonly hardState: HardState;
  readonly base: LogPosition;
  readonly log: readonly Entry[];
}

/**
 * Puts a replica together from what is in its folder. Throws `VersionError` if the log says that the cluster writes what this
 * program does not read, `RaftInvariantError` or `CodecError` if it cannot be a log.
 */
export function makeReplica<Result>(
  parts: ClusterNodeParts<Result>,
  program: Program,
  start: ReplicaStart,
  run: {
    readonly submitter: Submitter;
    readonly peers: Peers;
    readonly listener: LogListener<Result>;
  },
): { readonly replica: Replica<Result>; readonly applier: Applier<Result> } {
  const { self, settings, random, snapshots, randomBytes } = parts;
  for (const entry of start.log)
    if (entry.kind === 'version') assertReadable(program, decodeVersions(entry.payload));
  const core = new Raft({
    ...settings,
    ...start,
    id: self.id,
    folderId: self.folderId,
    formerFolderIds: self.formerFolderIds,
    random,
    seal: sealEntry,
    readMembership: decodeMembers,
    settledMembersIndex: logIndex(parts.settledMembersIndex),
    snapshot: snapshots.newest?.meta ?? null,
  });
  const applier = new Applier(parts.machine, program);
  const replica = new Replica<Result>({
    ...parts,
    ...run,
    id: self.id,
    folderId: self.folderId,
    core,
    applier,
    program,
    timings: settings,
    snapshotting: settings.snapshots,
    maxUncommittedBytes: settings.maxUncommittedBytes,
    roomNeededBytes: settings.submitter.batchBytes,
    newNonce: () => nonceOf(randomBytes(8)),
  });
  return { replica, applier };
}
