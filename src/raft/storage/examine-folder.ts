import { votersOf } from '../core/membership.ts';
import { nextAside } from './aside.ts';
import type { DoubtKind } from './doubt.ts';
import { IdentityError, LogSuspectError, OR_BEGIN_ANEW } from './errors.ts';
import type { FolderOptions } from './folder-options.ts';
import { areMajorityWithout } from './identify-folder.ts';
import { IDENTITY_FILE } from './identity.ts';
import type { Identity, NotedDoubt } from './identity.ts';
import type { FoundLog } from './log-walk.ts';
import type { RecoveredLog } from './log-store.ts';
import type { KeptLog, LogProblem } from './recover-log.ts';
import { tryRecoverLog } from './recover-log.ts';
import { asidesOfCut } from './repair-log.ts';
import type { FoundSnapshots } from './snapshot-scan.ts';
import type { StoredSnapshot } from './snapshot-store.ts';

export type Finding =
  | { readonly kind: 'sound'; readonly found: FoundLog }
  /** Its very first batch was cut, before anything of a cluster was acknowledged under it: it is as good as empty. */
  | { readonly kind: 'unborn'; readonly tornTail: NonNullable<RecoveredLog['tornTail']> }
  /** `formerFolderIds`: those of the folder's identities that its log may still be taken for. */
  | { readonly kind: 'doubted'; readonly doubt: NotedDoubt; readonly formerFolderIds: readonly string[] };

/**
 * Looks at log and snapshots together, and changes nothing. Throws what is wrong if there is nobody who could repair the folder; the end of a
 * suspect log alone is cut by itself.
 */
export function examineFolder(
  options: FolderOptions,
  identity: Identity,
  snapshots: FoundSnapshots,
): Finding {
  const { disk } = options;
  const { newest } = snapshots;
  const folderIds = [identity.folderId, ...identity.pastFolderIds];
  const recovery = tryRecoverLog({ disk, folderIds, snapshot: newest?.meta ?? null });
  if (recovery.kind === 'broken') {
    const { problem, kept } = recovery;
    if (problem instanceof LogSuspectError && hasNoEntry(kept) && isUnborn(identity, newest)) {
      const { file, offset, mark } = problem;
      return { kind: 'unborn', tornTail: { file, offset, bytes: mark.position - offset } };
    }
    return brokenLog(options, identity, snapshots, recovery.problem, recovery.kept);
  }
  const belongs = identity.clusterId !== null || newest !== null;
  if (belongs && recovery.found.end.batch === 0) return lostLog(options, identity, newest);
  return { kind: 'sound', found: recovery.found };
}

/** A node that was given another's folder before its first start has written that it recovers, and nothing else. */
const hasNoEntry = (kept: KeptLog | null): boolean => kept === null || kept.prefix.end.index === 0;

/**
 * No cluster is noted. A node notes it when the first batch of its log is durable, and before it says a word of what is in it: a vote,
 * an acceptance. So the power failed while that batch was being written, at the cluster's birth or when it was taken in, and there is nothing
 * that it could have forgotten; it may be told of the birth again, under the same identity.
 */
function isUnborn({ clusterId, membersIndex }: Identity, newest: StoredSnapshot | null): boolean {
  return clusterId === null && membersIndex === 0 && newest === null;
}

/**
 * Whether the others can bring back what this node may have lost: if they are a majority without it, or if what is left of its log can still speak for it.
 * By the newest membership that the folder knows, for a cluster that was founded by one node may have grown since; by the configuration only if it
 * knows none. Where they cannot, the folder had better stay as it is, until the disk is put right.
 */
function canBeRepaired(
  { nodeId, readMembership, configured }: FolderOptions,
  identity: Identity,
  found: { readonly kind: DoubtKind; readonly kept: KeptLog | null; readonly newest: StoredSnapshot | null },
): boolean {
  const { kind, kept, newest } = found;
  const isInSnapshot = newest !== null && newest.meta.index >= identity.membersIndex;
  const known = isInSnapshot ? votersOf(readMembership(newest.meta.members)) : identity.voters;
  const voters = known.length === 0 ? configured : known;
  if (areMajorityWithout(nodeId, voters)) return true;
  const isAlone = voters.every((voter) => voter === nodeId);
  // What a power cut may leave was never acknowledged, as far as a node that is alone can know.
  return (!isAlone || kind === 'suspect') && formersOf(identity, kept, newest).length > 0;
}

function lostLog(options: FolderOptions, identity: Identity, newest: StoredSnapshot | null): Finding {
  const { disk } = options;
  const { clusterId } = identity;
  const file = disk.pathOf(IDENTITY_FILE);
  const sentence = `this folder belongs to cluster ${clusterId ?? 'unknown'}, but its log is empty: the log has been lost or removed.`;
  if (!canBeRepaired(options, identity, { kind: 'lost', kept: null, newest })) {
    throw new IdentityError(
      file,
      `${sentence} Nothing was changed. Put the log back: a node that has lost its log must not vote as if it were new. ${OR_BEGIN_ANEW}`,
    );
  }
  const what = `${file}: ${sentence} ${wholeUpTo(null, newest)} ${RECOVERS}`;
  const doubt: NotedDoubt = { kind: 'lost', what, file, offset: 0, aside: nextAside(disk.list()) };
  return { kind: 'doubted', doubt, formerFolderIds: [] };
}

function brokenLog(
  options: FolderOptions,
  identity: Identity,
  { newest, invalid }: FoundSnapshots,
  problem: LogProblem,
  kept: KeptLog | null,
): Finding {
  const { disk } = options;
  const kind = problem instanceof LogSuspectError ? 'suspect' : 'damaged';
  if (!canBeRepaired(options, identity, { kind, kept, newest })) throw problem;
  const aside = nextAside(disk.list());
  const names = asidesOfCut(disk, kept?.prefix ?? null, { number: aside, why: kind });
  const setAside = names.length === 0 ? '' : ` Set aside: ${names.join(', ')}.`;
  const unusable = invalid.map(({ name, why }) => ` The snapshot ${name} cannot be used: ${why}.`).join('');
  const what = `${problem.summary}${unusable} ${wholeUpTo(kept, newest)}${setAside} ${RECOVERS}`;
  const { file, offset } = problem;
  const formerFolderIds = formersOf(identity, kept, newest);
  return { kind: 'doubted', doubt: { kind, what, file, offset, aside }, formerFolderIds };
}

const RECOVERS =
  'Nothing was deleted. This node neither votes nor counts until the cluster has brought it past all that it may have forgotten.';

function wholeUpTo(kept: KeptLog | null, newest: StoredSnapshot | null): string {
  const end = kept?.prefix.end ?? null;
  if (end !== null && end.index >= (newest?.meta.index ?? 0))
    return `The log is whole up to entry ${end.index} of term ${end.term}.`;
  if (newest !== null)
    return `What is whole is the snapshot, up to entry ${newest.meta.index} of term ${newest.meta.term}.`;
  return 'Nothing of the log is left that can be read.';
}

/**
 * Under which identities the kept log may still speak for this node if all voters speak: it was one that could vouch, or carried
 * on from one; and it knows who is asked.
 */
function formersOf(
  identity: Identity,
  kept: KeptLog | null,
  newest: StoredSnapshot | null,
): readonly string[] {
  if (kept === null || !knowsMembers(identity, kept, newest)) return [];
  const { folderId, formerFolderIds } = identity;
  const vouched = kept.prefix.hardState.standing === 'voting' || formerFolderIds.length > 0;
  return vouched ? [...formerFolderIds, folderId] : [];
}

/**
 * Whether what is left of a log knows the newest membership that this node ever acknowledged: a cluster that has grown since cannot
 * be judged by those who were its members before.
 */
export function knowsMembers(
  { membersIndex }: Identity,
  kept: KeptLog | null,
  newest: StoredSnapshot | null,
): boolean {
  return kept !== null && Math.max(kept.membersIndex, newest?.meta.index ?? 0) >= membersIndex;
}
