import type { NodeId } from '../../ordered-log/index.ts';
import { nodeId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { Member, Membership } from '../core/membership.ts';

/** A node and where it is found: `host:port`, or an empty text where nobody has said. */
export interface MemberAddresses {
  readonly id: NodeId;
  readonly peer: string;
  readonly client: string;
  readonly http: string;
}

/** A member as the log knows it. Its `folderId` is empty until a node that was added has been heard for the first time. */
export interface ClusterMember extends Member, MemberAddresses {
  /** A learner that becomes a voter once it has caught up (dissertation §4.2.1). */
  readonly promote: boolean;
  /** Whom it takes the place of: that one is removed once this one votes. */
  readonly replaces: NodeId | null;
}

/** Who the members are, and by which folders they are known: the payload of a `members` entry. The first entry of every log is one. */
export interface MembersPayload extends Membership {
  readonly clusterId: string;
  readonly members: readonly ClusterMember[];
  /** What the state machine starts from; empty in all but the first. */
  readonly genesis: Uint8Array;
}

/** Format 1 knew founding members only: voters, without addresses. */
const FOUNDING_FORMAT = 1;
const FORMAT = 2;
const HEAD_AT = 5;

/** A member as format 1 wrote it: an equal voter among its founders. */
export function foundingMember(addresses: MemberAddresses, folderId: string): ClusterMember {
  return { ...addresses, folderId, role: 'voter', promote: false, replaces: null };
}

/** Written rarely, so plain: format u8, head length u32, head as JSON, genesis. */
export function encodeMembers({ clusterId, members, genesis }: MembersPayload): Uint8Array {
  const head = Buffer.from(JSON.stringify({ clusterId, members }), 'utf8');
  const payload = Buffer.alloc(HEAD_AT + head.length + genesis.length);
  payload[0] = FORMAT;
  payload.writeUInt32LE(head.length, 1);
  payload.set(head, HEAD_AT);
  payload.set(genesis, HEAD_AT + head.length);
  return payload;
}

/** Throws `CodecError`. */
export function decodeMembers(payload: Uint8Array): MembersPayload {
  const format = payload[0];
  if (format !== FOUNDING_FORMAT && format !== FORMAT) {
    throw new CodecError(
      `a members payload has format ${format}; this program reads ${FOUNDING_FORMAT} and ${FORMAT}`,
    );
  }
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const headEnd = bytes.length < HEAD_AT ? Infinity : HEAD_AT + bytes.readUInt32LE(1);
  if (headEnd > bytes.length) throw new CodecError('a members payload is cut short');
  const { clusterId, members } = parseHead(bytes.toString('utf8', HEAD_AT, headEnd));
  return { clusterId, members: members.map(memberOf), genesis: payload.subarray(headEnd) };
}

interface Head {
  readonly clusterId: string;
  readonly members: readonly Readonly<Record<string, unknown>>[];
}

function parseHead(text: string): Head {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch (cause) {
    throw new CodecError('a members payload is not readable', { cause });
  }
  const { clusterId, members } = (head ?? {}) as Readonly<Record<string, unknown>>;
  const complete = typeof clusterId === 'string' && Array.isArray(members) && members.every(isRecord);
  if (!complete) throw new CodecError('a members payload lacks its cluster or its members');
  return { clusterId, members };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function memberOf(fields: Readonly<Record<string, unknown>>): ClusterMember {
  const { id, folderId, role = 'voter', promote = false, replaces = null } = fields;
  const known = (role === 'voter' || role === 'learner') && typeof promote === 'boolean';
  if (typeof id !== 'string' || typeof folderId !== 'string' || !known || !isNameOrNull(replaces))
    throw new CodecError('a members payload lacks its cluster or its members');
  return {
    id: nodeId(id),
    folderId,
    role,
    promote,
    replaces: replaces === null ? null : nodeId(replaces),
    peer: addressOf(fields['peer']),
    client: addressOf(fields['client']),
    http: addressOf(fields['http']),
  };
}

const isNameOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

function addressOf(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') throw new CodecError('a members payload has an address that is no text');
  return value;
}
