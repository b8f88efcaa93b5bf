import type { NodeId } from '../../ordered-log/index.ts';
import type { Membership } from '../core/membership.ts';
import type { Greeting } from './peer-network.ts';

/** What the leader knows of who reads what. */
export interface Readers {
  readonly self: NodeId;
  readonly membership: Membership;
  readonly greetings: ReadonlyMap<NodeId, Greeting>;
}

/** Why the cluster's version cannot be raised to this one now, as a sentence; null if every member, learners too, announces that it reads it. */
export function whyNotRaised(
  version: number,
  { self, membership: { members }, greetings }: Readers,
): string | null {
  const others = members.map(({ id }) => id).filter((id) => id !== self);
  const missing = others.filter((id) => !greetings.has(id));
  if (missing.length > 0)
    return `${missing.join(' and ')} cannot be reached: nobody knows which versions the program there reads`;
  const old = others.filter((id) => (greetings.get(id)?.reads.highest ?? 0) < version);
  if (old.length > 0)
    return `${run(old, 'a program that does', 'programs that do')} not read version ${version}: upgrade there first`;
  return null;
}

/** Why this very leader cannot raise it, though others could: its own program is older than theirs. Null if it is not. */
export function whyLeaderCannot(highest: number, { self, membership, greetings }: Readers): string | null {
  const readBy = (id: NodeId): number => greetings.get(id)?.reads.highest ?? 0;
  const newer = membership.members.map(({ id }) => id).filter((id) => id !== self && readBy(id) > highest);
  if (newer.length === 0) return null;
  const version = Math.max(...newer.map(readBy));
  return (
    `${run(newer, 'a newer program, which reads', 'newer programs, which read')} version ${version}; ` +
    `${self}, which leads, reads no more than version ${highest}: upgrade ${self} first`
  );
}

function run(who: readonly NodeId[], one: string, several: string): string {
  return who.length === 1 ? `${who[0]} runs ${one}` : `${who.join(' and ')} run ${several}`;
}
