import type { NodeId } from '../../ordered-log/index.ts';
import type { Standing } from '../core/membership.ts';
import { majorityOf } from '../core/quorum.ts';
import type { NodeSelf } from './founding.ts';
import type { ClusterMember } from './members-payload.ts';

/** Why a node that is `recovering` is, for people. `found`: what was wrong with its folder at this start, if anything was. */
export function whyRecovering(
  standing: Standing,
  found: string | null,
  { joining }: Pick<NodeSelf, 'joining'>,
): string | null {
  if (standing === 'voting') return null;
  const unsaid = joining
    ? 'it is new to this cluster, or its data folder is'
    : 'its data folder was emptied, or could not vouch for all that it once acknowledged';
  // What was found says it already.
  return (
    found ?? `${unsaid}; this node takes part, but neither votes nor counts until the others have taken it in`
  );
}

/** What a node that remembers waits for when too many others came back with folders that do not; null if enough remember. */
export function whyAlone(
  self: NodeId,
  members: readonly ClusterMember[],
  folderOf: (id: NodeId) => string | undefined,
): string | null {
  const voters = members.filter(({ role }) => role === 'voter');
  const forgetful = voters.filter(({ id, folderId }) => {
    const folder = id === self ? undefined : folderOf(id);
    return folder !== undefined && folder !== folderId;
  });
  const faithful = voters.filter((voter) => !forgetful.includes(voter));
  if (forgetful.length === 0 || faithful.length >= majorityOf(voters.length)) return null;
  const names = (list: readonly ClusterMember[], word: string): string =>
    list.map(({ id }) => id).join(` ${word} `);
  const alone = faithful.length === 1 && faithful[0]?.id === self;
  return (
    `the old data folder of ${names(forgetful, 'or')}: they came back with folders that this cluster does not know, and ` +
    (alone ? `${self} alone remembers` : `only ${names(faithful, 'and')} may remember`) +
    `, which is no majority of ${voters.length}. Put the old folder of one of them back`
  );
}
