import type { NodeId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { Nonce } from './payloads.ts';
import type { Session } from './sessions.ts';
import { Sessions } from './sessions.ts';
import type { Versions } from './version-payload.ts';

/** The driver's share of a snapshot, its first piece; the state machine's pieces follow. Index, term, cluster time and membership are in its meta. */
export interface SnapshotHead {
  readonly versions: Versions;
  readonly sessions: Sessions;
}

const FORMAT = 1;

/** As JSON: it is small (some 100 bytes for each node that ever was a member). */
export function encodeSnapshotHead({ versions, sessions }: SnapshotHead): Uint8Array {
  return Buffer.from(JSON.stringify({ format: FORMAT, versions, sessions: sessions.entries() }), 'utf8');
}

/** Throws `CodecError`. */
export function decodeSnapshotHead(piece: Uint8Array): SnapshotHead {
  let head: unknown;
  try {
    head = JSON.parse(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('utf8'));
  } catch (cause) {
    throw new CodecError('the first piece of a snapshot is not readable', { cause });
  }
  const { format, versions, sessions } = (head ?? {}) as Readonly<Record<string, unknown>>;
  if (format !== FORMAT)
    throw new CodecError(
      `a snapshot's first piece has format ${String(format)}; this program reads format ${FORMAT}`,
    );
  if (!isVersions(versions) || !Array.isArray(sessions) || !sessions.every(isSession))
    throw new CodecError('the first piece of a snapshot lacks its versions or its sessions');
  return {
    versions: { writes: versions.writes, behaviour: versions.behaviour },
    sessions: Sessions.of(sessions),
  };
}

const NONCE = /^[0-9a-f]{16}$/;

function isVersions(value: unknown): value is Versions {
  const { writes, behaviour } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isCount(writes) && isCount(behaviour);
}

function isSession(value: unknown): value is readonly [NodeId, Session] {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string') return false;
  const { incarnation, nonce, lastSeq } = (value[1] ?? {}) as Readonly<Record<string, unknown>>;
  return isCount(incarnation) && isCount(lastSeq) && isNonce(nonce);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isNonce = (value: unknown): value is Nonce => typeof value === 'string' && NONCE.test(value);
