import type { NodeId } from '../../ordered-log/index.ts';
import type { MembersPayload } from './payloads.ts';
import type { Greeting } from './peer-network.ts';

/** What a node with an empty folder knows of its own. */
export interface FoundingSelf {
  readonly id: NodeId;
  readonly folderId: string;
  /** All configured nodes, this one included. */
  readonly nodes: readonly NodeId[];
}

export type FoundingStanding =
  /** All configured nodes are here with empty folders, and it falls to this one to found the cluster. */
  | { readonly kind: 'found'; readonly members: MembersPayload['members'] }
  | { readonly kind: 'wait'; readonly for: string };

/** The one who founds: the first by name, so that there is exactly one. */
export function founderOf(nodes: readonly NodeId[]): NodeId | undefined {
  return nodes.toSorted()[0];
}

/**
 * Whether a cluster may be born now. It is born once, when every configured node is present and empty: two emptied
 * disks never look like a first start, because the third node is not empty.
 */
export function foundingStanding(
  self: FoundingSelf,
  greetings: ReadonlyMap<NodeId, Greeting>,
  refusals: ReadonlyMap<NodeId, string>,
): FoundingStanding {
  const [refusal] = refusals;
  if (refusal !== undefined)
    return { kind: 'wait', for: `${refusal[0]} to take this node in, which says: ${refusal[1]}` };
  const others = self.nodes.filter((node) => node !== self.id);
  const living = others.filter((node) => (greetings.get(node)?.clusterId ?? null) !== null);
  if (living.length > 0) {
    return {
      kind: 'wait',
      for: `${living.join(' and ')}, part of a cluster that already lives, to tell this empty folder whether it belongs to it`,
    };
  }
  const missing = others.filter((node) => !greetings.has(node));
  if (missing.length > 0)
    return {
      kind: 'wait',
      for: `${missing.join(' and ')} (a first start needs all nodes: ${self.nodes.join(', ')})`,
    };
  const founder = founderOf(self.nodes);
  if (founder !== self.id) return { kind: 'wait', for: `${founder} to found the cluster` };
  const folderOf = (node: NodeId): string =>
    node === self.id ? self.folderId : (greetings.get(node)?.folderId ?? '');
  return { kind: 'found', members: self.nodes.toSorted().map((id) => ({ id, folderId: folderOf(id) })) };
}

/** Whether a birth that was sent to us names this very node with this very folder. */
export function bornInto(self: FoundingSelf, members: MembersPayload): boolean {
  return members.members.some(({ id, folderId }) => id === self.id && folderId === self.folderId);
}

/** What keeps a node from being born into a cluster that names it: its own list of nodes is another. Null if nothing does. */
export function whyNotBornInto(self: FoundingSelf, { members }: MembersPayload): string | null {
  const founded = members.map(({ id }) => id).toSorted();
  if (founded.join() === self.nodes.toSorted().join()) return null;
  return (
    `a configuration that fits: this node's lists ${self.nodes.toSorted().join(', ')}, ` +
    `but the cluster was founded with ${founded.join(', ')}`
  );
}

export type Admission = { readonly kind: 'admitted' } | { readonly kind: 'refused'; readonly why: string };

/** Whether a living node talks to one that greets it. The sentence is read at both ends. */
export function admitToCluster(members: MembersPayload, greeting: Greeting): Admission {
  const member = members.members.find(({ id }) => id === greeting.from);
  if (member === undefined) {
    return {
      kind: 'refused',
      why: `${greeting.from} is not a member of this cluster (${members.members.map(({ id }) => id).join(', ')})`,
    };
  }
  if (greeting.clusterId !== null && greeting.clusterId !== members.clusterId) {
    return {
      kind: 'refused',
      why: `${greeting.from} belongs to another cluster; start it with the data folder that it had here, or with its own configuration`,
    };
  }
  if (greeting.folderId !== member.folderId) {
    const folder =
      greeting.clusterId === null ? 'an empty data folder' : 'a data folder that this cluster does not know';
    return {
      kind: 'refused',
      why: `${greeting.from} came with ${folder}: it may have forgotten what it promised, so it takes no part; put its old folder back`,
    };
  }
  return { kind: 'admitted' };
}
