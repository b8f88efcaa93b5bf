import type { NodeId } from '../../ordered-log/ids.ts';
import type { Greeting } from '../../raft/driver/peer-network.ts';

export type Judgement = { readonly kind: 'admitted' } | { readonly kind: 'refused'; readonly why: string };

/** Which versions of the peer protocol a node speaks. */
export type Versions = Greeting['versions'];

/** What must be so before a greeting is worth showing to the listener: the right two nodes, and a common version. */
export function judgeGreeting(
  greeting: Greeting,
  expected: { readonly self: NodeId; readonly peers: readonly NodeId[]; readonly versions: Versions },
): Judgement {
  if (greeting.to !== expected.self) {
    return refused(
      `this is node "${expected.self}", not "${greeting.to}"; compare the peer addresses in the configurations`,
    );
  }
  if (!expected.peers.includes(greeting.from)) {
    return refused(`"${greeting.from}" is not expected here; compare the nodes in the configurations`);
  }
  const ours = expected.versions;
  const theirs = greeting.versions;
  if (theirs.lowest > ours.highest || theirs.highest < ours.lowest) {
    return refused(
      `"${greeting.from}" speaks peer protocol ${range(theirs)} and "${expected.self}" ${range(ours)}; run versions that have one in common`,
    );
  }
  return { kind: 'admitted' };
}

function refused(why: string): Judgement {
  return { kind: 'refused', why };
}

function range(versions: Versions): string {
  return versions.lowest === versions.highest
    ? `${versions.lowest}`
    : `${versions.lowest} to ${versions.highest}`;
}
