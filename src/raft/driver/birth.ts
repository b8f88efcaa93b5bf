import type { NodeId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import { decodeEntry, sealEntry } from '../codec/entry-codec.ts';
import type { Entry } from '../core/entry.ts';
import { logIndex, term } from '../core/ids.ts';
import type { Raft } from '../core/raft.ts';
import type { NodeSelf } from './founding.ts';
import { bornInto, whyNotBornInto } from './founding.ts';
import type { Frame } from './frames.ts';
import { decodeFrame } from './frames.ts';
import type { ClusterMember, MembersPayload } from './members-payload.ts';
import { decodeMembers, encodeMembers } from './members-payload.ts';
import type { Greeting } from './peer-network.ts';

/** What a frame means to a node with an empty folder. */
export type FirstWord =
  /** This is the first entry of its log: it is among the founders, with this very folder. */
  | { readonly kind: 'born'; readonly birth: Entry; readonly clusterId: string }
  /** It is named as a founder, but its configuration describes another cluster. */
  | { readonly kind: 'misfit'; readonly why: string }
  /** A living cluster has it as a member, by another folder or none: it takes part, and counts when it has been taken in again. */
  | { readonly kind: 'member-elsewhere'; readonly clusterId: string }
  | { readonly kind: 'nothing' };

/** The first entry of a new cluster's log. */
export function makeBirth(clusterId: string, members: readonly ClusterMember[], genesis: Uint8Array): Entry {
  const payload = encodeMembers({ clusterId, members, genesis });
  return sealEntry(term(1), logIndex(1), { kind: 'members', clusterTimeMs: 0, payload });
}

/** Throws `CodecError`. */
export function firstWordOf(self: NodeSelf, bytes: Uint8Array): FirstWord {
  const frame = decodeFrame(bytes);
  if (frame.kind === 'birth') return birthOf(self, frame.entry);
  if (frame.kind !== 'cluster') return { kind: 'nothing' };
  const { clusterId, members } = decodeMembers(frame.news.members);
  return members.some(({ id }) => id === self.id)
    ? { kind: 'member-elsewhere', clusterId }
    : { kind: 'nothing' };
}

function birthOf(self: NodeSelf, bytes: Uint8Array): FirstWord {
  const birth = decodeEntry(bytes, 0);
  if (birth.index !== 1 || birth.kind !== 'members')
    throw new CodecError('a birth must be the members entry at index 1');
  const members = decodeMembers(birth.payload);
  if (!bornInto(self, members)) return { kind: 'nothing' };
  const why = whyNotBornInto(self, members);
  return why === null ? { kind: 'born', birth, clusterId: members.clusterId } : { kind: 'misfit', why };
}

/**
 * What a living node says to one that greeted it with an empty folder: the birth, if that names this very folder and is
 * still in the log, or else which cluster this is. Null for one that is no member.
 */
export function wordToUnborn(
  { log, commitIndex }: Raft,
  { members }: MembersPayload,
  payload: Uint8Array,
  { from, folderId }: Greeting,
): Frame | null {
  const birth = log.baseIndex === 0 && log.lastIndex > 0 ? log.entryAt(logIndex(1)) : null;
  if (birth?.kind === 'members' && isNamedIn(decodeMembers(birth.payload), from, folderId))
    return { kind: 'birth', entry: birth.bytes };
  if (!members.some(({ id }) => id === from)) return null;
  return { kind: 'cluster', news: { commitIndex, members: payload } };
}

const isNamedIn = ({ members }: MembersPayload, node: NodeId, folder: string): boolean =>
  members.some(({ id, folderId }) => id === node && folderId === folder);
