import type { NodeId } from '../../ordered-log/index.ts';
import type { Membership } from '../core/membership.ts';
import type { Greeting } from './peer-network.ts';

/** Why the cluster's version cannot be raised now, as a sentence; null if every member, learners too, announces that it reads the new one. */
export function whyNotRaised(
  version: number,
  self: NodeId,
  { members }: Membership,
  greetings: ReadonlyMap<NodeId, Greeting>,
): string | null {
  const others = members.map(({ id }) => id).filter((id) => id !== self);
  const missing = others.filter((id) => !greetings.has(id));
  if (missing.length > 0)
    return `${missing.join(' and ')} cannot be reached: nobody knows which versions the program there reads`;
  const old = others.filter((id) => (greetings.get(id)?.reads.highest ?? 0) < version);
  if (old.length > 0)
    return `${old.join(' and ')} run a program that does not read version ${version}: upgrade it there first`;
  return null;
}
