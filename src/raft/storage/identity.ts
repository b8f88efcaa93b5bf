import { DiskError } from './disk.ts';
import type { Disk } from './disk.ts';
import { IdentityError, LogFormatError } from './errors.ts';
import type { RecoveredLog } from './log-store.ts';
import { FOLDER_IDENTITY_BYTES, sequenceOf } from './segment-format.ts';

const FILE = 'identity.json';
const FORMAT = 1;
const HEX_ID = /^[0-9a-f]{32}$/;

/** Whose folder this is. */
export interface Identity {
  readonly nodeId: string;
  /** Random identity of this folder, 32 hex digits: an emptied folder is another one. */
  readonly folderId: string;
  /** Random identity of the cluster, 32 hex digits, or null until the cluster's first entry is durable here. */
  readonly clusterId: string | null;
}

/**
 * Reads the folder's identity, or makes one if the folder is new. Throws `IdentityError` if the folder is another
 * node's, if the file cannot be understood, or if it is missing though there is a log; `LogFormatError` for an unknown
 * version.
 */
export function openIdentity(
  disk: Disk,
  nodeId: string,
  randomBytes: (count: number) => Uint8Array,
): Identity {
  const found = readIdentity(disk);
  if (found !== null) {
    if (found.nodeId === nodeId) return found;
    throw new IdentityError(
      disk.pathOf(FILE),
      `this folder belongs to ${found.nodeId}, and the node that was started on it is ${nodeId}. Every node needs a folder of its own; nothing was changed.`,
    );
  }
  if (disk.list().some((name) => sequenceOf(name) !== null)) {
    throw new IdentityError(
      disk.pathOf(FILE),
      'the file is missing, though the folder holds a log. Nothing was changed. Put the file back; without it nobody can say whose log this is.',
    );
  }
  const folderId = Buffer.from(randomBytes(FOLDER_IDENTITY_BYTES)).toString('hex');
  const made: Identity = { nodeId, folderId, clusterId: null };
  writeIdentity(disk, made);
  return made;
}

/** The identity of the folder, or null if it has none. Throws as `openIdentity` does. */
export function readIdentity(disk: Disk): Identity | null {
  let bytes: Uint8Array;
  try {
    bytes = disk.readFile(FILE);
  } catch (error) {
    if (error instanceof DiskError && error.code === 'not-found') return null;
    throw error;
  }
  return parse(disk.pathOf(FILE), new TextDecoder().decode(bytes));
}

/** Makes or replaces the identity, atomically and durably. */
export function writeIdentity(disk: Disk, { nodeId, folderId, clusterId }: Identity): void {
  const text = `${JSON.stringify({ format: FORMAT, nodeId, folderId, clusterId }, null, 2)}\n`;
  disk.replaceFile(FILE, new TextEncoder().encode(text));
}

/** Throws `IdentityError` if the folder has belonged to a cluster, and its log is gone: it is not a new node's folder. */
export function assertLogIsThere(disk: Disk, identity: Identity, log: Pick<RecoveredLog, 'entries'>): void {
  if (identity.clusterId === null || log.entries.length > 0) return;
  throw new IdentityError(
    disk.pathOf(FILE),
    `this folder belongs to cluster ${identity.clusterId}, but its log is empty: the log has been lost or removed. ` +
      'Nothing was changed. Put the log back; a node that has lost its log must not vote as if it were new.',
  );
}

function parse(path: string, text: string): Identity {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IdentityError(path, 'it is not JSON. Nothing was changed. Put the file back as it was.', {
      cause,
    });
  }
  const { format, nodeId, folderId, clusterId } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof format === 'number' && format !== FORMAT) throw new LogFormatError(path, format, FORMAT);
  const complete = format === FORMAT && typeof nodeId === 'string' && nodeId !== '';
  if (!complete || !isId(folderId) || !(clusterId === null || isId(clusterId))) {
    throw new IdentityError(
      path,
      'it does not hold a node, a folder and a cluster. Nothing was changed. Put the file back as it was.',
    );
  }
  return { nodeId, folderId, clusterId };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && HEX_ID.test(value);
}
