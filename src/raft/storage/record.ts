import { crc32 } from 'node:zlib';
import { logIndex, NO_TERM, term } from '../core/ids.ts';
import type { LogIndex, NodeId, Term } from '../core/ids.ts';
import type { HardState } from '../core/effect.ts';
import type { Entry } from '../core/entry.ts';
import type { Standing } from '../core/membership.ts';
import type { LogPosition } from '../core/snapshot-meta.ts';
import { nodeId } from '../../ordered-log/ids.ts';
import { ByteReader, ByteWriter } from '../codec/bytes.ts';
import { CodecError } from '../codec/codec-error.ts';
import { viewOf } from '../codec/u64.ts';
import { decodeEntryIn, entryChecksum } from '../codec/entry-codec.ts';
import type { LogBatch } from './log-store.ts';
import type { RecordHeader } from './record-header.ts';

/** What one record of the log says. */
export type LogRecord =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'hard-state'; readonly hardState: HardState }
  /**
   * Every entry from this index on is dropped. `previousTerm` is the term of the entry before it, which may lie in a segment that
   * is gone by the time this is read; null in records of format version 1, which dropped no segments.
   */
  | { readonly kind: 'truncate'; readonly from: LogIndex; readonly previousTerm: Term | null }
  /** Every entry is dropped: the log goes on after this place, which a snapshot covers. */
  | { readonly kind: 'reset'; readonly base: LogPosition };

/** A record's body, and the checksum that its header carries for it. */
export interface RecordBody {
  readonly kindCode: number;
  readonly bytes: Uint8Array;
  readonly checksum: number;
}

export const NO_HARD_STATE: HardState = { term: NO_TERM, votedFor: null, standing: 'voting' };

const ENTRY = 1;
const HARD_STATE = 2;
const TRUNCATE = 3;
const RESET = 4;
const VOTING = 0;
const RECOVERING = 1;
const MAX_NODE_ID_BYTES = 1024;

/** A batch as records, in the order in which they take effect. `previousTerm`: of the last entry that its truncation leaves. */
export function recordsOf(batch: LogBatch, previousTerm: Term): LogRecord[] {
  const records: LogRecord[] = [];
  if (batch.hardState !== null) records.push({ kind: 'hard-state', hardState: batch.hardState });
  if (batch.reset !== null) records.push({ kind: 'reset', base: batch.reset });
  if (batch.truncateFrom !== null) records.push({ kind: 'truncate', from: batch.truncateFrom, previousTerm });
  for (const entry of batch.entries) records.push({ kind: 'entry', entry });
  return records;
}

/** An entry's body is the entry's own bytes, by reference, and its own checksum: nothing is copied or summed again. */
export function encodeBody(record: LogRecord): RecordBody {
  switch (record.kind) {
    case 'entry':
      return {
        kindCode: ENTRY,
        bytes: record.entry.bytes,
        checksum: entryChecksum(viewOf(record.entry.bytes), 0),
      };
    case 'hard-state': {
      const { term, votedFor, standing } = record.hardState;
      return summed(
        HARD_STATE,
        new ByteWriter(32)
          .u64(term)
          .string(votedFor ?? '')
          .u8(standing === 'voting' ? VOTING : RECOVERING)
          .finish(),
      );
    }
    case 'truncate':
      return summed(
        TRUNCATE,
        new ByteWriter(16)
          .u64(record.from)
          .u64(record.previousTerm ?? NO_TERM)
          .finish(),
      );
    case 'reset':
      return summed(RESET, new ByteWriter(16).u64(record.base.index).u64(record.base.term).finish());
    default:
      return record satisfies never;
  }
}

/** A file whose records are read one after the other: its bytes, and a view of all of them. */
export interface RecordFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Reads and verifies the body that begins at `start` and is in the file as a whole. Throws `CodecError` if it is not what its header says. */
export function decodeBody(
  { bytes, view }: RecordFile,
  start: number,
  { kindCode, length, checksum }: Pick<RecordHeader, 'kindCode' | 'length' | 'checksum'>,
): LogRecord {
  if (kindCode === ENTRY) {
    const entry = decodeEntryIn(bytes, view, start);
    if (entry.bytes.byteLength !== length || entryChecksum(view, start) !== checksum) {
      throw new CodecError('an entry that is not the one that its record names');
    }
    return { kind: 'entry', entry };
  }
  const body = bytes.subarray(start, start + length);
  if (crc32(body) !== checksum) throw new CodecError('a record does not match its checksum');
  const reader = new ByteReader(body);
  const record = readSmallBody(kindCode, reader);
  reader.end();
  return record;
}

function readSmallBody(kindCode: number, reader: ByteReader): LogRecord {
  switch (kindCode) {
    case HARD_STATE:
      return {
        kind: 'hard-state',
        hardState: { term: term(reader.u64()), votedFor: readVote(reader), standing: readStanding(reader) },
      };
    case TRUNCATE:
      return {
        kind: 'truncate',
        from: logIndex(reader.u64()),
        previousTerm: reader.remaining === 0 ? null : term(reader.u64()),
      };
    case RESET:
      return { kind: 'reset', base: { index: logIndex(reader.u64()), term: term(reader.u64()) } };
    default:
      throw new CodecError(`a record of an unknown kind, ${kindCode}`);
  }
}

function readVote(reader: ByteReader): NodeId | null {
  const name = reader.string(MAX_NODE_ID_BYTES);
  return name === '' ? null : nodeId(name);
}

/** Format version 1 ends before it: nobody recovered then. */
function readStanding(reader: ByteReader): Standing {
  if (reader.remaining === 0) return 'voting';
  const code = reader.u8();
  if (code !== VOTING && code !== RECOVERING) throw new CodecError(`an unknown standing, ${code}`);
  return code === VOTING ? 'voting' : 'recovering';
}

function summed(kindCode: number, bytes: Uint8Array): RecordBody {
  return { kindCode, bytes, checksum: crc32(bytes) };
}
