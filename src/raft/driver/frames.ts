import type { NodeId } from '../../ordered-log/index.ts';
import { ByteReader, ByteWriter } from '../codec/bytes.ts';
import { CodecError } from '../codec/codec-error.ts';
import { decodeMessage, roomFor, writeMessage } from '../codec/message-codec.ts';
import type { Message } from '../core/messages.ts';
import type { BatchFormats } from './batch-formats.ts';
import type { CommandBatch, IncarnationPayload } from './payloads.ts';
import { checkCommandBatch, decodeIncarnation, encodeIncarnation } from './payloads.ts';
import { PROGRAM } from './program.ts';
import type { SnapshotChunk, SnapshotProgress } from './snapshot-frames.ts';
import {
  decodeSnapshotChunk,
  decodeSnapshotProgress,
  encodeSnapshotChunk,
  encodeSnapshotProgress,
} from './snapshot-frames.ts';

/** What one node's driver says to another's. */
export type Frame =
  | { readonly kind: 'raft'; readonly message: Message }
  /** A follower hands its commands to the leader. */
  | { readonly kind: 'commands'; readonly batch: CommandBatch }
  | { readonly kind: 'incarnation'; readonly payload: IncarnationPayload }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  /** The first entry of a new cluster's log, for a node whose folder is empty and named in it. */
  | { readonly kind: 'birth'; readonly entry: Uint8Array }
  /** Which cluster this is and who belongs to it, for one that cannot know: a node with an empty folder, or one that was removed. */
  | { readonly kind: 'cluster'; readonly news: ClusterNews }
  | { readonly kind: 'snapshot-chunk'; readonly chunk: SnapshotChunk }
  | { readonly kind: 'snapshot-progress'; readonly progress: SnapshotProgress }
  /** Whether the sender's disk has room for more. */
  | { readonly kind: 'room'; readonly room: Room };

/** A membership by its place in the log: the later one holds. */
export interface ClusterNews {
  /** The sender knew everything up to here to be committed. */
  readonly commitIndex: number;
  /** A `members` payload. */
  readonly members: Uint8Array;
}

/** `short`: the disk is full, and takes nothing new. */
export type Room = 'short' | 'enough';

/**
 * Why a leader did not take commands. `gap`: some before them are missing. `too-much-uncommitted`: they do not get through fast enough.
 * `no-room`: its disk is full. `not-leader`: it leads no longer, or hands over, or is not ready yet.
 */
export type RefusalReason = (typeof REASONS)[number];

/** The leader could not take a node's commands. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly incarnation: number;
  /** The number that the leader misses first; it has everything below. Says nothing with any other reason. */
  readonly expected: number;
}

const TAGS = {
  raft: 1,
  commands: 2,
  incarnation: 3,
  refusal: 4,
  birth: 5,
  cluster: 6,
  'snapshot-chunk': 7,
  'snapshot-progress': 8,
  room: 9,
} as const;
/** By their number on the wire. */
const REASONS = ['gap', 'too-much-uncommitted', 'not-leader', 'no-room'] as const;
const ROOMS: readonly Room[] = ['enough', 'short'];

function tagged(tag: number, body: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafeSlow(1 + body.length);
  frame[0] = tag;
  frame.set(body, 1);
  return frame;
}

export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.kind) {
    case 'raft':
      return writeMessage(new ByteWriter(1 + roomFor(frame.message)).u8(TAGS.raft), frame.message).finish();
    case 'commands':
      return tagged(TAGS.commands, frame.batch.payload);
    case 'incarnation':
      return tagged(TAGS.incarnation, encodeIncarnation(frame.payload));
    case 'refusal': {
      const body = Buffer.alloc(13);
      body[0] = REASONS.indexOf(frame.refusal.reason);
      body.writeUInt32LE(frame.refusal.incarnation, 1);
      body.writeBigUInt64LE(BigInt(frame.refusal.expected), 5);
      return tagged(TAGS.refusal, body);
    }
    case 'birth':
      return tagged(TAGS.birth, frame.entry);
    case 'cluster':
      return tagged(
        TAGS.cluster,
        new ByteWriter(8 + frame.news.members.length)
          .u64(frame.news.commitIndex)
          .raw(frame.news.members)
          .finish(),
      );
    case 'snapshot-chunk':
      return tagged(TAGS['snapshot-chunk'], encodeSnapshotChunk(frame.chunk));
    case 'snapshot-progress':
      return tagged(TAGS['snapshot-progress'], encodeSnapshotProgress(frame.progress));
    case 'room':
      return tagged(TAGS.room, Uint8Array.of(ROOMS.indexOf(frame.room)));
    default:
      return frame satisfies never;
  }
}

function decodeRefusal(body: Uint8Array): Refusal {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const reason = REASONS[bytes[0] ?? -1];
  if (bytes.length !== 13 || reason === undefined)
    throw new CodecError('a refusal has the wrong length or reason');
  return { reason, incarnation: bytes.readUInt32LE(1), expected: Number(bytes.readBigUInt64LE(5)) };
}

function decodeNews(body: Uint8Array): ClusterNews {
  const reader = new ByteReader(body);
  return { commitIndex: reader.u64(), members: reader.raw(reader.remaining) };
}

function decodeRoom(body: Uint8Array): Room {
  const room = body.length === 1 ? ROOMS[body[0] ?? -1] : undefined;
  if (room === undefined) throw new CodecError('a word about room says neither enough nor short');
  return room;
}

/** Throws `CodecError`. */
export function decodeFrame(bytes: Uint8Array, batches: BatchFormats = PROGRAM.batches): Frame {
  const body = bytes.subarray(1);
  switch (bytes[0]) {
    case TAGS.raft:
      return { kind: 'raft', message: decodeMessage(body) };
    case TAGS.commands:
      return { kind: 'commands', batch: batches.decode(body) };
    case TAGS.incarnation:
      return { kind: 'incarnation', payload: decodeIncarnation(body) };
    case TAGS.refusal:
      return { kind: 'refusal', refusal: decodeRefusal(body) };
    case TAGS.birth:
      return { kind: 'birth', entry: body };
    case TAGS.cluster:
      return { kind: 'cluster', news: decodeNews(body) };
    case TAGS['snapshot-chunk']:
      return { kind: 'snapshot-chunk', chunk: decodeSnapshotChunk(body) };
    case TAGS['snapshot-progress']:
      return { kind: 'snapshot-progress', progress: decodeSnapshotProgress(body) };
    case TAGS.room:
      return { kind: 'room', room: decodeRoom(body) };
    default:
      throw new CodecError(`a peer frame has the unknown kind ${bytes[0]}`);
  }
}

/**
 * Decodes what a peer sent. What becomes an entry is looked at more closely: every node would stumble over a bad one, at
 * every start. Throws `CodecError`, also if the peer speaks for another node.
 */
export function decodeFrameOf(
  from: NodeId,
  bytes: Uint8Array,
  batches: BatchFormats = PROGRAM.batches,
): Frame {
  const frame = decodeFrame(bytes, batches);
  if (frame.kind === 'commands') checkCommandBatch(frame.batch);
  const speaker = speakerOf(frame) ?? from;
  if (speaker !== from) throw new CodecError(`a frame of ${from} speaks for ${speaker}`);
  return frame;
}

function speakerOf(frame: Frame): NodeId | null {
  if (frame.kind === 'commands') return frame.batch.node;
  return frame.kind === 'incarnation' ? frame.payload.node : null;
}
