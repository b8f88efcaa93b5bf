import type { NodeId } from '../../ordered-log/index.ts';
import type { MemberAddresses } from './members-payload.ts';

/** A node to be taken into the cluster. `folderId`: of its data folder, or null if it is not known yet; the node then says so itself. */
export interface NewMember extends MemberAddresses {
  readonly folderId: string | null;
}

/** A change of who belongs to the cluster. */
export type MembersWish =
  /** It joins as a learner, and votes once it has caught up. */
  | { readonly kind: 'add-member'; readonly member: NewMember }
  | { readonly kind: 'remove-member'; readonly id: NodeId }
  /** The new one joins as above; when it votes the old one is removed. */
  | { readonly kind: 'replace-member'; readonly old: NodeId; readonly member: NewMember };

/** What an operator may ask of a node. All but `take-snapshot` are the leader's to do. */
export type AdminWish =
  | MembersWish
  /** Hand leadership to this node, or with null to the first that has everything. */
  | { readonly kind: 'transfer'; readonly to: NodeId | null }
  /** Write, from now on, the newest version that this program knows, and behave by its rules. There is no way back. */
  | { readonly kind: 'raise-version' }
  /** Take a snapshot of this node's own state now. */
  | { readonly kind: 'take-snapshot' };

/** Sentences for an operator. */
export type AdminAnswer =
  | { readonly kind: 'done'; readonly what: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'not-leader'; readonly leader: NodeId | null };

export type AdminDone = (answer: AdminAnswer) => void;
