import { SlabCutter } from '../../memory/slab-cutter.ts';
import { logIndex, term } from '../core/ids.ts';
import type { LogIndex, Term } from '../core/ids.ts';
import type { Entry } from '../core/entry.ts';
import type { Standing } from '../core/membership.ts';
import type { AppendEntries, Message } from '../core/messages.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { CodecError } from './codec-error.ts';
import { decodeEntry, ENTRY_HEADER_BYTES } from './entry-codec.ts';

/*
 * A message is one byte for its kind, then its fields in the order of core/messages.ts, terms and indexes as u64.
 * Both ends have agreed on the version of this encoding in their greeting, so no message repeats it.
 */
const KIND = {
  'request-vote': 1,
  'request-vote-response': 2,
  'pre-vote': 3,
  'pre-vote-response': 4,
  'append-entries': 5,
  'append-entries-accepted': 6,
  'append-entries-rejected': 7,
  heartbeat: 8,
  'heartbeat-response': 9,
  'read-index-request': 10,
  'read-index-response': 11,
  'timeout-now': 12,
} as const satisfies Readonly<Record<Message['kind'], number>>;

const SMALL_MESSAGE_BYTES = 40;
/** Entries are let go in their order, when the log drops them. */
const receivedEntries = new SlabCutter();

/** Encodes a message. Entries go in as they are: encoded once and checksummed once, by the leader that sealed them. */
export function encodeMessage(message: Message): Uint8Array {
  return writeMessage(new ByteWriter(roomFor(message)), message).finish();
}

/** Bytes that are enough for a message: a writer with so much room need not grow. */
export function roomFor(message: Message): number {
  return SMALL_MESSAGE_BYTES + (message.kind === 'append-entries' ? totalBytes(message.entries) : 0);
}

/** Writes a message behind what is there already. */
export function writeMessage(writer: ByteWriter, message: Message): ByteWriter {
  writer.u8(KIND[message.kind]).u64(message.term);
  switch (message.kind) {
    case 'request-vote':
      return writer
        .u64(message.lastLogIndex)
        .u64(message.lastLogTerm)
        .u8(message.reason === 'transfer' ? 1 : 0);
    case 'request-vote-response':
      return writeStanding(writer.u8(message.granted ? 1 : 0), message.standing);
    case 'pre-vote':
      return writer.u64(message.nextTerm).u64(message.lastLogIndex).u64(message.lastLogTerm);
    case 'pre-vote-response':
      writer.u64(message.nextTerm).u8(message.granted ? 1 : 0);
      return writeStanding(writer, message.standing);
    case 'append-entries':
      writer
        .u64(message.prevLogIndex)
        .u64(message.prevLogTerm)
        .u64(message.leaderCommit)
        .u32(message.entries.length);
      for (const entry of message.entries) writer.raw(entry.bytes);
      return writer;
    case 'append-entries-accepted':
      return writeStanding(writer.u64(message.matchIndex), message.standing);
    case 'append-entries-rejected':
      return writer.u64(message.prevLogIndex).u64(message.conflictTerm).u64(message.conflictIndex);
    case 'heartbeat':
      return writer.u64(message.commitIndex).u64(message.readSeq);
    case 'heartbeat-response':
      return writer.u64(message.readSeq);
    case 'read-index-request':
      return writer.u64(message.id);
    case 'read-index-response':
      writer.u64(message.id).u8(message.readIndex === null ? 0 : 1);
      return message.readIndex === null ? writer : writer.u64(message.readIndex);
    case 'timeout-now':
      return writer;
    default:
      return message satisfies never;
  }
}

/**
 * Decodes one frame, whoever sent it. Entries are verified, and copied out of the frame together, so that they do not
 * keep a socket's buffer alive. Throws `CodecError`, and nothing else, whatever the bytes; allocates no more than they are long.
 */
export function decodeMessage(frame: Uint8Array): Message {
  const reader = new ByteReader(frame);
  const code = reader.u8();
  const message = readFields(code, readTerm(reader), reader);
  reader.end();
  return message;
}

function readFields(code: number, term: Term, reader: ByteReader): Message {
  switch (code) {
    case KIND['request-vote']: {
      const last = { lastLogIndex: readIndex(reader), lastLogTerm: readTerm(reader) };
      return { kind: 'request-vote', term, ...last, reason: reader.boolean() ? 'transfer' : 'timeout' };
    }
    case KIND['request-vote-response']:
      return {
        kind: 'request-vote-response',
        term,
        granted: reader.boolean(),
        standing: readStanding(reader),
      };
    case KIND['pre-vote']:
      return {
        kind: 'pre-vote',
        term,
        nextTerm: readTerm(reader),
        lastLogIndex: readIndex(reader),
        lastLogTerm: readTerm(reader),
      };
    case KIND['pre-vote-response']:
      return {
        kind: 'pre-vote-response',
        term,
        nextTerm: readTerm(reader),
        granted: reader.boolean(),
        standing: readStanding(reader),
      };
    case KIND['append-entries']:
      return readAppendEntries(term, reader);
    case KIND['append-entries-accepted']:
      return {
        kind: 'append-entries-accepted',
        term,
        matchIndex: readIndex(reader),
        standing: readStanding(reader),
      };
    case KIND['append-entries-rejected']:
      return {
        kind: 'append-entries-rejected',
        term,
        prevLogIndex: readIndex(reader),
        conflictTerm: readTerm(reader),
        conflictIndex: readIndex(reader),
      };
    case KIND.heartbeat:
      return { kind: 'heartbeat', term, commitIndex: readIndex(reader), readSeq: reader.u64() };
    case KIND['heartbeat-response']:
      return { kind: 'heartbeat-response', term, readSeq: reader.u64() };
    case KIND['read-index-request']:
      return { kind: 'read-index-request', term, id: reader.u64() };
    case KIND['read-index-response']: {
      const id = reader.u64();
      return {
        kind: 'read-index-response',
        term,
        id,
        readIndex: reader.boolean() ? readIndex(reader) : null,
      };
    }
    case KIND['timeout-now']:
      return { kind: 'timeout-now', term };
    default:
      throw new CodecError(`a message of an unknown kind, ${code}`);
  }
}

function readAppendEntries(term: Term, reader: ByteReader): AppendEntries {
  const prevLogIndex = readIndex(reader);
  const prevLogTerm = readTerm(reader);
  const leaderCommit = readIndex(reader);
  const count = reader.u32();
  if (count * ENTRY_HEADER_BYTES > reader.remaining) {
    throw new CodecError(`${count} entries cannot be in ${reader.remaining} bytes`);
  }
  const bytes = receivedEntries.copy(reader.raw(reader.remaining));
  const entries: Entry[] = [];
  let offset = 0;
  let before: { readonly index: number; readonly term: number } = { index: prevLogIndex, term: prevLogTerm };
  for (let i = 0; i < count; i += 1) {
    const entry = decodeEntry(bytes, offset);
    if (entry.index !== before.index + 1)
      throw new CodecError(`entry ${entry.index} is sent to follow ${before.index}`);
    if (entry.term < before.term || entry.term > term) {
      throw new CodecError(
        `entry ${entry.index} has term ${entry.term}; from ${before.term} to ${term} is possible here`,
      );
    }
    entries.push(entry);
    offset += entry.bytes.byteLength;
    before = entry;
  }
  if (offset !== bytes.byteLength)
    throw new CodecError(`${bytes.byteLength - offset} bytes too many after the last entry`);
  return { kind: 'append-entries', term, prevLogIndex, prevLogTerm, entries, leaderCommit };
}

/** One byte that is 0 for a node that is recovering, 1 for one that may vouch for its disk. */
function writeStanding(writer: ByteWriter, standing: Standing): ByteWriter {
  return writer.u8(standing === 'voting' ? 1 : 0);
}

function readStanding(reader: ByteReader): Standing {
  return reader.boolean() ? 'voting' : 'recovering';
}

function readTerm(reader: ByteReader): Term {
  return term(reader.u64());
}

function readIndex(reader: ByteReader): LogIndex {
  return logIndex(reader.u64());
}

function totalBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entry.bytes.byteLength;
  return bytes;
}
