import type { NodeId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import { decodeMessage, encodeMessage } from '../codec/message-codec.ts';
import type { Message } from '../core/messages.ts';
import type { CommandBatch, IncarnationPayload } from './payloads.ts';
import { checkCommandBatch, decodeCommandBatch, decodeIncarnation, encodeIncarnation } from './payloads.ts';

/** What one node's driver says to another's. */
export type Frame =
  | { readonly kind: 'raft'; readonly message: Message }
  /** A follower hands its commands to the leader. */
  | { readonly kind: 'commands'; readonly batch: CommandBatch }
  | { readonly kind: 'incarnation'; readonly payload: IncarnationPayload }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  /** The first entry of a new cluster's log, for a node whose folder is empty and named in it. */
  | { readonly kind: 'birth'; readonly entry: Uint8Array };

/** The leader could not take a node's commands. */
export interface Refusal {
  readonly reason: 'gap' | 'busy' | 'not-leader';
  readonly incarnation: number;
  /** The number that the leader misses first; it has everything below. With `not-leader` and `busy` it says nothing. */
  readonly expected: number;
}

const TAGS = { raft: 1, commands: 2, incarnation: 3, refusal: 4, birth: 5 } as const;
const REASONS = ['gap', 'busy', 'not-leader'] as const;

function tagged(tag: number, body: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafeSlow(1 + body.length);
  frame[0] = tag;
  frame.set(body, 1);
  return frame;
}

export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.kind) {
    case 'raft':
      return tagged(TAGS.raft, encodeMessage(frame.message));
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

/** Throws `CodecError`. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const body = bytes.subarray(1);
  switch (bytes[0]) {
    case TAGS.raft:
      return { kind: 'raft', message: decodeMessage(body) };
    case TAGS.commands:
      return { kind: 'commands', batch: decodeCommandBatch(body) };
    case TAGS.incarnation:
      return { kind: 'incarnation', payload: decodeIncarnation(body) };
    case TAGS.refusal:
      return { kind: 'refusal', refusal: decodeRefusal(body) };
    case TAGS.birth:
      return { kind: 'birth', entry: body };
    default:
      throw new CodecError(`a peer frame has the unknown kind ${bytes[0]}`);
  }
}

/**
 * Decodes what a peer sent. What becomes an entry is looked at more closely: every node would stumble over a bad one, at
 * every start. Throws `CodecError`, also if the peer speaks for another node.
 */
export function decodeFrameOf(from: NodeId, bytes: Uint8Array): Frame {
  const frame = decodeFrame(bytes);
  if (frame.kind === 'commands') checkCommandBatch(frame.batch);
  const speaker = speakerOf(frame) ?? from;
  if (speaker !== from) throw new CodecError(`a frame of ${from} speaks for ${speaker}`);
  return frame;
}

function speakerOf(frame: Frame): NodeId | null {
  if (frame.kind === 'commands') return frame.batch.node;
  return frame.kind === 'incarnation' ? frame.payload.node : null;
}
