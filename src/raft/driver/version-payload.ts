import { CodecError } from '../codec/codec-error.ts';

/** What is written in the cluster, and by which rules `apply` behaves: agreed in the log, raised only when every member reads it. */
export interface Versions {
  /** The version in which entries' payloads are written. */
  readonly writes: number;
  /** The version of the state machine's rules. */
  readonly behaviour: number;
}

/** What every cluster begins with, before its log says otherwise. */
export const FIRST_VERSIONS: Versions = { writes: 1, behaviour: 1 };

const FORMAT = 1;
const BYTES = 9;

/** Layout: format u8, writes u32, behaviour u32. Never to be changed: it is what must be read to know how to read the rest. */
export function encodeVersions({ writes, behaviour }: Versions): Uint8Array {
  const payload = Buffer.alloc(BYTES);
  payload[0] = FORMAT;
  payload.writeUInt32LE(writes, 1);
  payload.writeUInt32LE(behaviour, 5);
  return payload;
}

/** Throws `CodecError`. */
export function decodeVersions(payload: Uint8Array): Versions {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (bytes.length !== BYTES || bytes[0] !== FORMAT)
    throw new CodecError(`a version payload of ${bytes.length} bytes and format ${bytes[0]} is not readable`);
  return { writes: bytes.readUInt32LE(1), behaviour: bytes.readUInt32LE(5) };
}
