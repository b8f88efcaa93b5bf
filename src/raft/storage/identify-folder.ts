import { majorityOf } from '../core/quorum.ts';
import { copyAside, moveAside, nameBeforeAside, nextAside } from './aside.ts';
import type { Disk } from './disk.ts';
import type { DoubtKind } from './doubt.ts';
import { IdentityError, OR_NAME_OTHERS } from './errors.ts';
import type { Identity, NotedDoubt } from './identity.ts';
import { IDENTITY_FILE, newFolderId, readIdentity, writeIdentity } from './identity.ts';
import type { FolderOptions } from './folder-options.ts';
import { endOfData, RECORDS_START, sequenceOf } from './segment-format.ts';
import { isSnapshotFileName } from './snapshot-format.ts';

/**
 * The folder's identity; a new one if the folder is empty. If it is another node's, or nobody can say whose it is, all that it
 * holds is set aside and this node begins anew, in doubt: what it may have acknowledged is not there. Throws `IdentityError`
 * instead if the others that the configuration names are no majority without this node, `LogFormatError` for an identity of an unknown version.
 *
 * The identity is replaced last: who dies on the way finds the other's again, and goes on with what is left.
 */
export function identifyFolder(options: FolderOptions): Identity {
  const { disk, nodeId, configured, randomBytes } = options;
  const found = findIdentity(disk, nodeId);
  if (found.kind === 'own') return found.identity;
  if (found.kind === 'none') {
    const made = newIdentity(nodeId, newFolderId(randomBytes), NOTHING_HELD);
    writeIdentity(disk, made);
    return made;
  }
  if (!areMajorityWithout(nodeId, configured)) throw found.error;
  const forgotCluster = found.isOfCluster;
  const names = disk.list().filter(isOwned);
  const aside = nextAside(disk.list());
  for (const name of names) moveAside(disk, aside, found.doubt, name);
  if (disk.list().includes(IDENTITY_FILE))
    copyAside(disk, aside, found.doubt, IDENTITY_FILE, disk.readFile(IDENTITY_FILE));
  const file = disk.pathOf(IDENTITY_FILE);
  const what =
    `${found.summary} All that the folder held was set aside under names that begin with aside-${String(aside).padStart(4, '0')}. ` +
    'Nothing was deleted. This node begins with an empty folder, and neither votes nor counts until the cluster has taken it in again.';
  const doubt: NotedDoubt = { kind: found.doubt, what, file, offset: 0, aside };
  const made = newIdentity(nodeId, newFolderId(randomBytes), { forgotCluster, doubt });
  writeIdentity(disk, made);
  return made;
}

/** Whether the others elect a leader without this node: they can bring back all that it ever acknowledged. */
export function areMajorityWithout(nodeId: string, voters: readonly string[]): boolean {
  return voters.filter((voter) => voter !== nodeId).length >= majorityOf(voters.length);
}

type FoundIdentity =
  | { readonly kind: 'own'; readonly identity: Identity }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'not-ours';
      readonly doubt: DoubtKind;
      readonly summary: string;
      /** What it holds is a cluster's, or may be. */
      readonly isOfCluster: boolean;
      readonly error: IdentityError;
    };

function findIdentity(disk: Disk, nodeId: string): FoundIdentity {
  const file = disk.pathOf(IDENTITY_FILE);
  try {
    const identity = readIdentity(disk);
    if (identity?.nodeId === nodeId) return { kind: 'own', identity };
    if (identity !== null) {
      const summary = `This folder belongs to ${identity.nodeId}, and the node that was started on it is ${nodeId}.`;
      const error = new IdentityError(
        file,
        `this folder belongs to ${identity.nodeId}, and the node that was started on it is ${nodeId}. Nothing was changed. Every node needs a folder of its own: put that of ${nodeId} back; ${OR_NAME_OTHERS}`,
      );
      const isOfCluster = identity.clusterId !== null || identity.forgotCluster;
      return { kind: 'not-ours', doubt: 'foreign', summary, isOfCluster, error };
    }
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    const summary = `${file} cannot be understood.`;
    return { kind: 'not-ours', doubt: 'damaged', summary, isOfCluster: holdsRecords(disk), error };
  }
  // Who died while all was set aside finds it there.
  if (!disk.list().some(isOwned) && !holdsRecords(disk)) return { kind: 'none' };
  const error = new IdentityError(
    file,
    'the file is missing, though the folder holds a log. Nothing was changed. Without it nobody can say whose log this is. Put it back; ' +
      OR_NAME_OTHERS,
  );
  return {
    kind: 'not-ours',
    doubt: 'damaged',
    summary: `${file} is missing, though the folder holds a log: nobody can say whose it is.`,
    isOfCluster: holdsRecords(disk),
    error,
  };
}

/** Whether a file is part of a log or a snapshot. */
function isOwned(name: string): boolean {
  return sequenceOf(name) !== null || isSnapshotFileName(name);
}

/** A log that was written to, or a snapshot, in place or set aside; not a segment that is only reserved. */
function holdsRecords(disk: Disk): boolean {
  return disk.list().some((name) => {
    const original = nameBeforeAside(name);
    if (isSnapshotFileName(original)) return true;
    return sequenceOf(original) !== null && endOfData(disk.readFile(name), RECORDS_START) > RECORDS_START;
  });
}

const NOTHING_HELD = { forgotCluster: false, doubt: null };

function newIdentity(
  nodeId: string,
  folderId: string,
  held: Pick<Identity, 'forgotCluster' | 'doubt'>,
): Identity {
  return {
    nodeId,
    folderId,
    pastFolderIds: [],
    formerFolderIds: [],
    clusterId: null,
    membersIndex: 0,
    voters: [],
    settledMembersIndex: 0,
    ...held,
  };
}
