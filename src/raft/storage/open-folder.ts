import { moveAside, nextAside } from './aside.ts';
import { DiskError } from './disk.ts';
import type { Doubt } from './doubt.ts';
import { examineFolder, knowsMembers } from './examine-folder.ts';
import type { FolderOptions } from './folder-options.ts';
import { identifyFolder } from './identify-folder.ts';
import type { Identity, NotedDoubt } from './identity.ts';
import { newFolderId, writeIdentity } from './identity.ts';
import type { LogOptions } from './log-options.ts';
import type { DiskLogStore, LogBatch, RecoveredLog } from './log-store.ts';
import type { FoundLog } from './log-walk.ts';
import type { NotedMembers } from './members-note.ts';
import { MembersNote } from './members-note.ts';
import { NotingStore } from './noting-store.ts';
import { startLog } from './open-log.ts';
import { recoverLog, tryRecoverLog } from './recover-log.ts';
import { cutLog } from './repair-log.ts';
import { SnapshotFolder } from './snapshot-folder.ts';
import type { FoundSnapshots } from './snapshot-scan.ts';
import { scanSnapshots } from './snapshot-scan.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/** A node's data folder, ready for use. */
export interface OpenedFolder {
  readonly folderId: string;
  /** Identities whose log this folder carries on, back to one under which this node could vouch for it. */
  readonly formerFolderIds: readonly string[];
  /** The cluster that the folder is known to belong to. */
  readonly clusterId: string | null;
  /** Goes with `snapshots.newest`. */
  readonly recovered: RecoveredLog;
  readonly store: DiskLogStore;
  readonly snapshots: SnapshotStore;
  /** What was found wrong; this node is `recovering` then. Told at each start until that it recovers is durable in the log. */
  readonly doubt: Doubt | null;
  /** The memberships of the log are known to be committed up to here. */
  readonly settledMembersIndex: number;
  /** What lay in the folder was a cluster's, and was set aside. */
  readonly forgotCluster: boolean;
  /** Notes durably which cluster the folder belongs to. */
  rememberCluster(clusterId: string): void;
  /** Notes that the membership at this index is committed, if there is room for the note: without it this node only vouches for less. */
  rememberSettledMembers(index: number): void;
}

/**
 * Opens a folder: who it belongs to, its newest snapshot, and the log after it.
 *
 * A folder that cannot vouch for what it acknowledged is made usable, and takes a new identity:
 *   1. identity.json names the new identity, the former ones, and the doubt. Before this nothing was changed.
 *   2. What is cut or does not belong to the log is set aside, and the log is cut.
 *   3. The log says that this node recovers, before anything else is written to it.
 *   4. identity.json forgets the doubt.
 * Whoever dies on the way finds the doubt in identity.json at the next start, goes through steps 2 to 4 again, and comes to
 * the same end: see `cutLog`. A folder of another node has no identity to begin with: see `identifyFolder`.
 *
 * Throws `LogFormatError` for files of an unknown version, `DiskError` if the disk does not do what it is asked, and, unless there are
 * others to repair it, `LogDamagedError`, `LogForeignError` or `IdentityError`; nothing was changed by it then.
 */
export function openFolder(options: FolderOptions): OpenedFolder {
  const { disk } = options;
  const identity = identifyFolder(options);
  const snapshots = scanSnapshots(disk);
  if (identity.doubt !== null) return openRepaired(options, identity, identity.doubt, snapshots);
  const finding = examineFolder(options, identity, snapshots);
  if (finding.kind === 'sound') {
    const aside = nextAside(disk.list());
    for (const { name } of snapshots.invalid) moveAside(disk, aside, 'damaged', name);
    return open(options, identity, snapshots, finding.found);
  }
  if (finding.kind === 'unborn') return openUnborn(options, identity, snapshots, finding.tornTail);
  const { doubt, formerFolderIds } = finding;
  const pastFolderIds = [...identity.pastFolderIds, identity.folderId];
  const folderId = newFolderId(options.randomBytes);
  const doubted: Identity = { ...identity, folderId, pastFolderIds, formerFolderIds, doubt };
  writeIdentity(disk, doubted);
  return openRepaired(options, doubted, doubt, snapshots);
}

/** Sets what there is of a first batch aside, the last segment first: until all of it is, the folder is found as it was. */
function openUnborn(
  options: FolderOptions,
  identity: Identity,
  snapshots: FoundSnapshots,
  tornTail: NonNullable<RecoveredLog['tornTail']>,
): OpenedFolder {
  const { disk } = options;
  cutLog(disk, null, { number: nextAside(disk.list()), why: 'suspect' });
  const found = recoverLog({ disk, folderIds: folderIdsOf(identity), snapshot: null });
  return open(options, identity, snapshots, { ...found, log: { ...found.log, tornTail } });
}

/** Step 2. If the disk has lost more since step 1, what is left may no longer speak for this node; that is noted before anything is cut. */
function openRepaired(
  options: FolderOptions,
  noted: Identity,
  doubt: NotedDoubt,
  snapshots: FoundSnapshots,
): OpenedFolder {
  const { disk } = options;
  const aside = { number: doubt.aside, why: doubt.kind };
  for (const { name } of snapshots.invalid) moveAside(disk, aside.number, aside.why, name);
  const snapshot = snapshots.newest?.meta ?? null;
  const recovery = tryRecoverLog({ disk, folderIds: folderIdsOf(noted), snapshot });
  const isLess = noted.formerFolderIds.length > 0 && !knowsMembers(noted, recovery.kept, snapshots.newest);
  const identity: Identity = isLess ? { ...noted, formerFolderIds: [] } : noted;
  if (isLess) writeIdentity(disk, identity);
  if (recovery.kind === 'sound') return open(options, identity, snapshots, recovery.found);
  cutLog(disk, recovery.kept?.prefix ?? null, aside);
  return open(options, identity, snapshots, recoverLog({ disk, folderIds: folderIdsOf(identity), snapshot }));
}

function open(
  options: FolderOptions,
  found: Identity,
  { newest }: FoundSnapshots,
  log: FoundLog,
): OpenedFolder {
  const { disk } = options;
  let identity = found;
  const note = (changes: Partial<Identity>): void => {
    const changed = { ...identity, ...changes };
    writeIdentity(disk, changed);
    identity = changed;
  };
  const noteMembers = ({ membersIndex, voters }: NotedMembers): void => {
    if (membersIndex > identity.membersIndex) note({ membersIndex, voters });
    else if (membersIndex < identity.membersIndex || !areSame(voters, identity.voters))
      noteIfThereIsRoom(() => note({ membersIndex, voters }));
  };
  const snapshot = newest?.meta ?? null;
  const { folderId, pastFolderIds, formerFolderIds, clusterId, settledMembersIndex, forgotCluster, doubt } =
    identity;
  const logOptions: LogOptions = { ...options, folderId, pastFolderIds, snapshot };
  const forgetDoubt = (): void => noting.note(() => note({ doubt: null }), nothingWaits);
  const recovers = { standing: 'recovering', done: forgetDoubt } as const;
  const { recovered, store } = startLog(logOptions, log, doubt === null ? null : recovers);
  // Each membership is noted before its entry is acknowledged: a log that is cut below it is known to have lost it.
  const members = new MembersNote(recovered, options.readMembership);
  const snapshots = new SnapshotFolder(disk, newest, options.onAlarm);
  const noteOf = (batch: LogBatch): void =>
    noteMembers(members.after(batch, identity, snapshots.newest?.meta ?? null));
  const noting = new NotingStore(store, noteOf, options.onFailure);
  // A log that was cut because of a doubt lacks what is noted, and must go on being known to.
  const isWhole = recovered.hardState.standing === 'voting';
  const noted = isWhole ? members.found(recovered, identity, snapshot) : identity;
  noting.note(() => noteMembers(noted), nothingWaits);
  return {
    folderId,
    formerFolderIds,
    clusterId,
    recovered,
    store: noting,
    snapshots,
    doubt,
    settledMembersIndex,
    forgotCluster,
    rememberCluster: (clusterId) => note({ clusterId }),
    rememberSettledMembers: (index) => {
      if (index > identity.settledMembersIndex) noteIfThereIsRoom(() => note({ settledMembersIndex: index }));
    },
  };
}

/** After each batch: mostly they are the very list that was noted. */
const areSame = (one: readonly string[], other: readonly string[]): boolean =>
  one === other || one.join() === other.join();

/** That a membership was rolled back, or is committed, need not be noted at once: until then this node only vouches for less than it could. */
function noteIfThereIsRoom(note: () => void): void {
  try {
    note();
  } catch (error) {
    if (!(error instanceof DiskError) || error.code !== 'no-space') throw error;
  }
}

const nothingWaits = (): void => undefined;

function folderIdsOf({ folderId, pastFolderIds }: Identity): readonly string[] {
  return [folderId, ...pastFolderIds];
}
