import type { NodeId } from '../../ordered-log/ids.ts';
import type { Greeting, VersionRange } from '../../raft/driver/peer-network.ts';

export type Judgement = { readonly kind: 'admitted' } | { readonly kind: 'refused'; readonly why: string };

export interface ExpectedGreeting {
  readonly self: NodeId;
  /** Who was dialled; null of somebody who came in: whether it belongs here is for the listener to say. */
  readonly from: NodeId | null;
  /** Which versions of the peer protocol this node speaks. */
  readonly versions: VersionRange;
}

/** What must be so before a greeting is worth showing to the listener: the right two nodes, and a common version. */
export function judgeGreeting(greeting: Greeting, { self, from, versions }: ExpectedGreeting): Judgement {
  if (greeting.to !== self) {
    return refused(
      `this is node "${self}", not "${greeting.to}"; compare the peer addresses in the configurations`,
    );
  }
  if (greeting.from === self) {
    return refused(`this is node "${self}" itself; every node needs an id of its own`);
  }
  if (from !== null && greeting.from !== from) {
    return refused(
      `"${greeting.from}" is not expected here, but "${from}"; compare the peer addresses in the configurations`,
    );
  }
  const theirs = greeting.versions;
  if (theirs.lowest > versions.highest || theirs.highest < versions.lowest) {
    return refused(
      `"${greeting.from}" speaks peer protocol ${range(theirs)} and "${self}" ${range(versions)}; run versions that have one in common`,
    );
  }
  return { kind: 'admitted' };
}

function refused(why: string): Judgement {
  return { kind: 'refused', why };
}

function range(versions: VersionRange): string {
  return versions.lowest === versions.highest
    ? `${versions.lowest}`
    : `${versions.lowest} to ${versions.highest}`;
}
