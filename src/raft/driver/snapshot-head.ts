import type { NodeId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import { MAX_PIECE_BYTES } from '../storage/snapshot-format.ts';
import type { Nonce } from './payloads.ts';
import type { Session } from './sessions.ts';
import { Sessions } from './sessions.ts';
import type { Versions } from './version-payload.ts';

/** The driver's share of a snapshot, its first pieces; the state machine's follow. Index, term, cluster time and membership are in its meta. */
export interface SnapshotHead {
  readonly versions: Versions;
  readonly sessions: Sessions;
}

type SessionOfNode = readonly [NodeId, Session];

const FORMAT = 1;
/** Of the sessions in one piece, with what stands between them: the rest of the piece needs little. */
const SESSION_BYTES = MAX_PIECE_BYTES - 1_024;

/** As JSON: it is small (some 100 bytes for each node that ever was a member), one piece unless hundreds of nodes have been. */
export function encodeSnapshotHead({ versions, sessions }: SnapshotHead): readonly Uint8Array[] {
  const shares = sharesOf(sessions.entries());
  return shares.map((sessions, place) => {
    const more = place < shares.length - 1 ? { more: true } : {};
    return Buffer.from(JSON.stringify({ format: FORMAT, versions, sessions, ...more }), 'utf8');
  });
}

/** Cut where a piece would become too large. */
function sharesOf(sessions: readonly SessionOfNode[]): readonly (readonly SessionOfNode[])[] {
  const shares: SessionOfNode[][] = [[]];
  let bytes = 0;
  for (const session of sessions) {
    const length = Buffer.byteLength(JSON.stringify(session)) + 1;
    if (bytes + length > SESSION_BYTES) {
      shares.push([]);
      bytes = 0;
    }
    bytes += length;
    shares.at(-1)?.push(session);
  }
  return shares;
}

/** Reads the first pieces of a snapshot, until the head is whole. */
export class SnapshotHeadReader {
  readonly #sessions: SessionOfNode[] = [];

  /** Takes the next piece; `whole` is null as long as more belong to the head. Throws `CodecError`. */
  add(piece: Uint8Array): { readonly versions: Versions; readonly whole: SnapshotHead | null } {
    const { writes, behaviour, sessions, more } = decodePiece(piece);
    this.#sessions.push(...sessions);
    const versions = { writes, behaviour };
    return { versions, whole: more ? null : { versions, sessions: Sessions.of(this.#sessions) } };
  }
}

function decodePiece(piece: Uint8Array): Versions & { sessions: readonly SessionOfNode[]; more: boolean } {
  let head: unknown;
  try {
    head = JSON.parse(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('utf8'));
  } catch (cause) {
    throw new CodecError('the first piece of a snapshot is not readable', { cause });
  }
  const { format, versions, sessions, more } = (head ?? {}) as Readonly<Record<string, unknown>>;
  if (format !== FORMAT)
    throw new CodecError(
      `a snapshot's first piece has format ${String(format)}; this program reads format ${FORMAT}`,
    );
  if (!isVersions(versions) || !Array.isArray(sessions) || !sessions.every(isSession))
    throw new CodecError('the first piece of a snapshot lacks its versions or its sessions');
  return { writes: versions.writes, behaviour: versions.behaviour, sessions, more: more === true };
}

const NONCE = /^[0-9a-f]{16}$/;

function isVersions(value: unknown): value is Versions {
  const { writes, behaviour } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isCount(writes) && isCount(behaviour);
}

function isSession(value: unknown): value is SessionOfNode {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string') return false;
  const { incarnation, nonce, lastSeq } = (value[1] ?? {}) as Readonly<Record<string, unknown>>;
  return isCount(incarnation) && isCount(lastSeq) && isNonce(nonce);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isNonce = (value: unknown): value is Nonce => typeof value === 'string' && NONCE.test(value);
