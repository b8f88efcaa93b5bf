import type { NodeId } from '../../ordered-log/index.ts';
import type { MembersWish, NewMember } from './admin.ts';
import type { ClusterMember, MembersPayload } from './members-payload.ts';

/** What a wish comes to in the present membership. */
export type MembersChange =
  | { readonly kind: 'change'; readonly members: MembersPayload }
  | { readonly kind: 'refused'; readonly why: string };

/** The membership that fulfils a wish. Pure; what may be changed at which moment is the core's to say. */
export function changeFor(wish: MembersWish, now: MembersPayload): MembersChange {
  switch (wish.kind) {
    case 'add-member':
      return addition(wish.member, null, now);
    case 'replace-member':
      return replacement(wish.old, wish.member, now);
    case 'remove-member':
      return removal(wish.id, now);
    default:
      return wish satisfies never;
  }
}

/** A wish that was carried out, told to whoever wished. */
export function wordsFor(wish: MembersWish): string {
  switch (wish.kind) {
    case 'add-member':
      return `${wish.member.id} is a learner of this cluster now; it votes once it has caught up`;
    case 'replace-member':
      return `${wish.member.id} is a learner of this cluster now; once it votes, ${wish.old} is removed`;
    case 'remove-member':
      return `${wish.id} is no member of this cluster any more`;
    default:
      return wish satisfies never;
  }
}

export function withMembers(now: MembersPayload, members: readonly ClusterMember[]): MembersPayload {
  return { clusterId: now.clusterId, members, genesis: new Uint8Array() };
}

function addition(member: NewMember, replaces: NodeId | null, now: MembersPayload): MembersChange {
  if (now.members.some(({ id }) => id === member.id)) {
    return { kind: 'refused', why: `${member.id} is a member already; choose another name for a new node` };
  }
  // The one that it replaces may have given its place away.
  const there = now.members.find(({ id, peer }) => id !== replaces && peer !== '' && peer === member.peer);
  if (there !== undefined) {
    const why = `${there.id} listens for the others on ${member.peer} already; say where ${member.id} does`;
    return { kind: 'refused', why };
  }
  const learner: ClusterMember = {
    ...member,
    folderId: member.folderId ?? '',
    role: 'learner',
    promote: true,
    replaces,
  };
  return { kind: 'change', members: withMembers(now, [...now.members, learner]) };
}

function replacement(old: NodeId, member: NewMember, now: MembersPayload): MembersChange {
  if (member.id === old) {
    return {
      kind: 'refused',
      why: `a node cannot replace itself under the same name: start ${old} with an empty data folder, and it is taken in again`,
    };
  }
  if (!now.members.some(({ id }) => id === old)) return stranger(old, now);
  return addition(member, old, now);
}

function removal(id: NodeId, now: MembersPayload): MembersChange {
  if (!now.members.some((member) => member.id === id)) return stranger(id, now);
  // Whoever was to take its place need not wait for it any more; nor may it be removed anew when it is added again.
  const rest = now.members
    .filter((member) => member.id !== id)
    .map((member) => (member.replaces === id ? { ...member, replaces: null } : member));
  if (rest.every(({ role }) => role === 'learner'))
    return { kind: 'refused', why: `${id} is the last node that votes: a cluster needs one` };
  return { kind: 'change', members: withMembers(now, rest) };
}

const stranger = (id: NodeId, { members }: MembersPayload): MembersChange => ({
  kind: 'refused',
  why: `${id} is not a member of this cluster (${members.map((member) => member.id).join(', ')})`,
});
