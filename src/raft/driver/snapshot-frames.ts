import { ByteReader, ByteWriter } from '../codec/bytes.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { Term } from '../core/ids.ts';
import { term } from '../core/ids.ts';
import type { SnapshotFileId } from '../storage/snapshot-store.ts';

/** Part of a leader's snapshot on its way to a follower (InstallSnapshot RPC, Figure 13). The last chunk is the one that reaches `file.bytes`. */
export interface SnapshotChunk {
  /** The leader's term. */
  readonly term: Term;
  readonly file: SnapshotFileId;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A follower's answer: it has the first `received` bytes of this file, and wants what follows. All of them: it is whole and durable. */
export interface SnapshotProgress {
  /** The follower's term, for a leader that has been deposed (Figure 13, rule 1). */
  readonly term: Term;
  readonly file: SnapshotFileId;
  readonly received: number;
}

export const MAX_CHUNK_BYTES = 64 * 1024;

export function encodeSnapshotChunk({ term, file, offset, bytes }: SnapshotChunk): Uint8Array {
  const writer = new ByteWriter(bytes.length + 48).u64(term);
  return putFile(writer, file).u64(offset).bytes(bytes).finish();
}

/** Throws `CodecError`. The chunk's bytes are a view. */
export function decodeSnapshotChunk(body: Uint8Array): SnapshotChunk {
  const reader = new ByteReader(body);
  const chunk = {
    term: term(reader.u64()),
    file: getFile(reader),
    offset: reader.u64(),
    bytes: reader.bytes(MAX_CHUNK_BYTES),
  };
  reader.end();
  if (chunk.bytes.length === 0 || chunk.offset + chunk.bytes.length > chunk.file.bytes)
    throw new CodecError('a snapshot chunk is empty or goes past the end of its file');
  return chunk;
}

export function encodeSnapshotProgress({ term, file, received }: SnapshotProgress): Uint8Array {
  return putFile(new ByteWriter().u64(term), file).u64(received).finish();
}

/** Throws `CodecError`. */
export function decodeSnapshotProgress(body: Uint8Array): SnapshotProgress {
  const reader = new ByteReader(body);
  const progress = { term: term(reader.u64()), file: getFile(reader), received: reader.u64() };
  reader.end();
  if (progress.received > progress.file.bytes)
    throw new CodecError('a snapshot cannot have arrived further than its end');
  return progress;
}

export const isSameFile = (a: SnapshotFileId, b: SnapshotFileId): boolean =>
  a.index === b.index && a.term === b.term && a.bytes === b.bytes && a.checksum === b.checksum;

const putFile = (writer: ByteWriter, { index, term, bytes, checksum }: SnapshotFileId): ByteWriter =>
  writer.u64(index).u64(term).u64(bytes).u32(checksum);

function getFile(reader: ByteReader): SnapshotFileId {
  return { index: reader.u64(), term: reader.u64(), bytes: reader.u64(), checksum: reader.u32() };
}
