import { copyAside, moveAside, nextAside } from './aside.ts';
import type { Disk } from './disk.ts';
import type { DoubtKind } from './doubt.ts';
import { IdentityError } from './errors.ts';
import type { Identity, NotedDoubt } from './identity.ts';
import { IDENTITY_FILE, newFolderId, readIdentity, writeIdentity } from './identity.ts';
import type { FolderOptions } from './folder-options.ts';
import { sequenceOf } from './segment-format.ts';
import { isSnapshotFileName } from './snapshot-format.ts';

/**
 * The folder's identity; a new one if the folder is empty. If it is another node's, or nobody can say whose it is, all that it
 * holds is set aside and this node begins anew, in doubt: what it may have acknowledged is not there. Throws `IdentityError`
 * instead if the configuration names nobody else, `LogFormatError` for an identity of an unknown version.
 *
 * The identity is replaced last: who dies on the way finds the other's again, and goes on with what is left.
 */
export function identifyFolder(options: FolderOptions): Identity {
  const { disk, nodeId, othersConfigured, randomBytes } = options;
  const found = findIdentity(disk, nodeId);
  if (found.kind === 'own') return found.identity;
  if (found.kind === 'none') {
    const made = newIdentity(nodeId, newFolderId(randomBytes), null);
    writeIdentity(disk, made);
    return made;
  }
  if (!othersConfigured) throw found.error;
  const names = disk.list().filter(isOwned);
  const aside = nextAside(disk.list());
  for (const name of names) moveAside(disk, aside, found.doubt, name);
  if (disk.list().includes(IDENTITY_FILE))
    copyAside(disk, aside, found.doubt, IDENTITY_FILE, disk.readFile(IDENTITY_FILE));
  const file = disk.pathOf(IDENTITY_FILE);
  const what =
    `${found.summary} All that the folder held was set aside under names that begin with aside-${String(aside).padStart(4, '0')}. ` +
    'Nothing was deleted. This node begins with an empty folder, and neither votes nor counts until the cluster has taken it in again.';
  const made = newIdentity(nodeId, newFolderId(randomBytes), {
    kind: found.doubt,
    what,
    file,
    offset: 0,
    aside,
  });
  writeIdentity(disk, made);
  return made;
}

type FoundIdentity =
  | { readonly kind: 'own'; readonly identity: Identity }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'not-ours';
      readonly doubt: DoubtKind;
      readonly summary: string;
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
        `this folder belongs to ${identity.nodeId}, and the node that was started on it is ${nodeId}. Every node needs a folder of its own; nothing was changed.`,
      );
      return { kind: 'not-ours', doubt: 'foreign', summary, error };
    }
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return { kind: 'not-ours', doubt: 'damaged', summary: `${file} cannot be understood.`, error };
  }
  if (!disk.list().some(isOwned)) return { kind: 'none' };
  const error = new IdentityError(
    file,
    'the file is missing, though the folder holds a log. Nothing was changed. Put the file back; without it nobody can say whose log this is.',
  );
  return {
    kind: 'not-ours',
    doubt: 'damaged',
    summary: `${file} is missing, though the folder holds a log: nobody can say whose it is.`,
    error,
  };
}

/** Whether a file is part of a log or a snapshot. */
function isOwned(name: string): boolean {
  return sequenceOf(name) !== null || isSnapshotFileName(name);
}

function newIdentity(nodeId: string, folderId: string, doubt: NotedDoubt | null): Identity {
  return {
    nodeId,
    folderId,
    pastFolderIds: [],
    formerFolderIds: [],
    clusterId: null,
    membersIndex: 0,
    voters: [],
    settledMembersIndex: 0,
    doubt,
  };
}
