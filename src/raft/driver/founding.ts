import type { NodeId } from '../../ordered-log/index.ts';
import type { ClusterMember, MemberAddresses, MembersPayload } from './members-payload.ts';
import { foundingMember } from './members-payload.ts';
import type { Greeting } from './peer-network.ts';

/** What a node knows of its own before its log says anything. */
export interface NodeSelf {
  readonly id: NodeId;
  readonly folderId: string;
  /** The identities of the folders whose log this one carries on; see `RaftOptions`. */
  readonly formerFolderIds: readonly string[];
  /** All configured nodes, this one included: who founds a cluster, and where a living one is looked for at first. */
  readonly nodes: readonly MemberAddresses[];
  /** It is to join a living cluster, and never founds one. */
  readonly joining: boolean;
  /** Its folder held a cluster's log, which was set aside: it founds no other one, nor is it among those who do. */
  readonly forgotCluster: boolean;
}

export type FoundingStanding =
  /** All configured nodes are here with empty folders, and it falls to this one to found the cluster. */
  | { readonly kind: 'found'; readonly members: readonly ClusterMember[] }
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
  self: NodeSelf,
  greetings: ReadonlyMap<NodeId, Greeting>,
  refusals: ReadonlyMap<NodeId, string>,
): FoundingStanding {
  const nodes = self.nodes.map(({ id }) => id);
  const [refusal] = refusals;
  if (refusal !== undefined)
    return { kind: 'wait', for: `${refusal[0]} to take this node in, which says: ${refusal[1]}` };
  if (self.joining) return { kind: 'wait', for: 'the cluster that it is to join to take it in' };
  if (self.forgotCluster) return { kind: 'wait', for: `its cluster to take it in: ${whyNoFounder(self)}` };
  const others = nodes.filter((node) => node !== self.id);
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
      for: `${missing.join(' and ')} (a first start needs all nodes: ${nodes.join(', ')})`,
    };
  const founder = founderOf(nodes);
  if (founder !== self.id) return { kind: 'wait', for: `${founder} to found the cluster` };
  const folderOf = (node: NodeId): string =>
    node === self.id ? self.folderId : (greetings.get(node)?.folderId ?? '');
  const byName = self.nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { kind: 'found', members: byName.map((node) => foundingMember(node, folderOf(node.id))) };
}

const whyNoFounder = ({ id }: NodeSelf): string =>
  `what lay in the data folder of ${id} was a cluster's and was set aside, so no new one is founded with it`;

/** Whether a birth that was sent to us names this very node with this very folder. */
export function bornInto(self: NodeSelf, members: MembersPayload): boolean {
  return members.members.some(({ id, folderId }) => id === self.id && folderId === self.folderId);
}

/** What keeps a node from being born into a cluster that names it: its own list of nodes is another. Null if nothing does. */
export function whyNotBornInto(self: NodeSelf, { members }: MembersPayload): string | null {
  const founded = members.map(({ id }) => id).toSorted();
  const configured = self.nodes.map(({ id }) => id).toSorted();
  if (founded.join() === configured.join()) return null;
  return (
    `a configuration that fits: this node's lists ${configured.join(', ')}, ` +
    `but the cluster was founded with ${founded.join(', ')}`
  );
}

export type Admission = { readonly kind: 'admitted' } | { readonly kind: 'refused'; readonly why: string };

/** Whether a node that is not born yet talks to one that greets it: to those it is configured with, and to any living cluster. */
export function admitToFounding(self: NodeSelf, greeting: Greeting): Admission {
  if (greeting.clusterId !== null) return { kind: 'admitted' };
  if (self.forgotCluster) return { kind: 'refused', why: whyNoFounder(self) };
  if (self.nodes.some(({ id }) => id === greeting.from)) return { kind: 'admitted' };
  const nodes = self.nodes.map(({ id }) => id).join(', ');
  return { kind: 'refused', why: `${greeting.from} is not among the configured nodes (${nodes})` };
}

/**
 * Whether a node of a living cluster talks to one that greets it. Who bears this cluster's identity has been a member: it may be one
 * that this node does not know yet, or one that does not know that it was removed. Whether it counts is another question,
 * and its folder answers it. The sentence is read at both ends. `members`: in force, or null if this node knows of none yet.
 */
export function admitToCluster(
  clusterId: string,
  members: readonly ClusterMember[] | null,
  greeting: Greeting,
): Admission {
  if (greeting.clusterId === clusterId) return { kind: 'admitted' };
  if (greeting.clusterId !== null) {
    return {
      kind: 'refused',
      why: `${greeting.from} belongs to another cluster; start it with the data folder that it had here, or with its own configuration`,
    };
  }
  if (members === null || members.some(({ id }) => id === greeting.from)) return { kind: 'admitted' };
  const names = members.map(({ id }) => id).join(', ');
  return {
    kind: 'refused',
    why: `${greeting.from} is not a member of this cluster (${names}); it is let in once it has been added`,
  };
}
