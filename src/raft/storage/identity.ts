import { crc32 } from 'node:zlib';
import { DiskError } from './disk.ts';
import type { Disk } from './disk.ts';
import type { Doubt } from './doubt.ts';
import { DOUBT_KINDS } from './doubt.ts';
import { IdentityError, LogFormatError, OR_NAME_OTHERS } from './errors.ts';
import { FOLDER_IDENTITY_BYTES } from './segment-format.ts';

export const IDENTITY_FILE = 'identity.json';
/**
 * Format 1 had neither former identities nor doubts. Format 2 was written without a checksum at first, and is read so, too. `format` and `check` stay what
 * they are in every format to come: a digit that has flipped is not taken for a later one.
 */
const OLDEST_FORMAT = 1;
const FORMAT = 2;
const PUT_BACK = `Nothing was changed. Put the file back as it was; ${OR_NAME_OTHERS}`;
const HEX_ID = /^[0-9a-f]{32}$/;

/** Whose folder this is. */
export interface Identity {
  readonly nodeId: string;
  /** Random identity of this folder, 32 hex digits: an emptied folder is another one, and so is one that was in doubt. */
  readonly folderId: string;
  /** All identities that the folder had before, oldest first: segments of those days are read. */
  readonly pastFolderIds: readonly string[];
  /** Those of them whose log this folder carries on, back to one under which this node could vouch for it. */
  readonly formerFolderIds: readonly string[];
  /** Random identity of the cluster, 32 hex digits, or null until the cluster's first entry is durable here. */
  readonly clusterId: string | null;
  /** Index of the newest `members` entry that this node has ever acknowledged; a log that is cut below it knows too few members. */
  readonly membersIndex: number;
  /** The voters by that entry, by name; empty if that is not known: an older program did not note them. */
  readonly voters: readonly string[];
  /** The memberships of the log are known to be committed up to here. */
  readonly settledMembersIndex: number;
  /** What lay in the folder was a cluster's, and was set aside: its node has forgotten one, and founds no other. */
  readonly forgotCluster: boolean;
  /** A doubt that is being dealt with: until the log says durably that this node recovers. */
  readonly doubt: NotedDoubt | null;
}

/** A doubt, and the number under which files are set aside because of it. */
export interface NotedDoubt extends Doubt {
  readonly aside: number;
}

/** An identity that nobody has had yet. */
export function newFolderId(randomBytes: (count: number) => Uint8Array): string {
  return Buffer.from(randomBytes(FOLDER_IDENTITY_BYTES)).toString('hex');
}

/**
 * The identity of the folder, or null if it has none. Throws `IdentityError` if the file cannot be understood,
 * `LogFormatError` for an unknown version.
 */
export function readIdentity(disk: Disk): Identity | null {
  let bytes: Uint8Array;
  try {
    bytes = disk.readFile(IDENTITY_FILE);
  } catch (error) {
    if (error instanceof DiskError && error.code === 'not-found') return null;
    throw error;
  }
  return parse(disk.pathOf(IDENTITY_FILE), new TextDecoder().decode(bytes));
}

/** Makes or replaces the identity, atomically and durably. */
export function writeIdentity(disk: Disk, identity: Identity): void {
  const fields = { format: FORMAT, ...identity };
  const text = `${JSON.stringify({ ...fields, check: checkOf(fields) }, null, 2)}\n`;
  disk.replaceFile(IDENTITY_FILE, new TextEncoder().encode(text));
}

function parse(path: string, text: string): Identity {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IdentityError(path, `it is not JSON. ${PUT_BACK}`, {
      cause,
    });
  }
  const { check, ...fields } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { format, nodeId, folderId, clusterId, membersIndex = 0, doubt = null } = fields;
  const { pastFolderIds = [], formerFolderIds = [], settledMembersIndex = 0, voters = [] } = fields;
  const forgotCluster = fields['forgotCluster'] === true;
  if (check !== undefined && check !== checkOf(fields))
    throw new IdentityError(path, `it does not match its checksum. ${PUT_BACK}`);
  if (typeof format === 'number' && (format < OLDEST_FORMAT || format > FORMAT))
    throw new LogFormatError(path, format, FORMAT);
  const names = typeof format === 'number' && typeof nodeId === 'string' && nodeId !== '';
  const ids = isId(folderId) && (clusterId === null || isId(clusterId));
  const lists = isIdList(pastFolderIds) && isIdList(formerFolderIds) && isNameList(voters);
  const isNoted = doubt === null || isNotedDoubt(doubt);
  const numbers = typeof membersIndex === 'number' && typeof settledMembersIndex === 'number';
  if (!names || !ids || !lists || !isNoted || !numbers) {
    throw new IdentityError(path, `it does not hold a node, a folder and a cluster. ${PUT_BACK}`);
  }
  const membership = { membersIndex, voters, settledMembersIndex };
  return { nodeId, folderId, pastFolderIds, formerFolderIds, clusterId, ...membership, forgotCluster, doubt };
}

/** Of all other fields, in the order in which they stand in the file: a bit that flips in a name or a number may make sense as it is. */
function checkOf(fields: Readonly<Record<string, unknown>>): number {
  return crc32(JSON.stringify(fields));
}

function isIdList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isId);
}

function isNameList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && HEX_ID.test(value);
}

function isNotedDoubt(value: unknown): value is NotedDoubt {
  const { kind, what, file, offset, aside } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const isKnown = DOUBT_KINDS.some((known) => known === kind);
  const numbers = Number.isSafeInteger(offset) && Number.isSafeInteger(aside);
  return isKnown && typeof what === 'string' && typeof file === 'string' && numbers;
}
