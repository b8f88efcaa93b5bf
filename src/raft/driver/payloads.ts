import type { Incarnation, NodeId } from '../../ordered-log/index.ts';
import { nodeId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';

declare const nonceBrand: unique symbol;
/** 8 random bytes in hex: tells a process of a node from every other that ever was. */
export type Nonce = string & { readonly [nonceBrand]: true };

/** The nonce of nobody: the incarnation has ended and none has begun yet. */
export const ENDED = '0000000000000000' as Nonce;

export function nonceOf(bytes: Uint8Array): Nonce {
  return Buffer.from(bytes).toString('hex') as Nonce;
}

/** A batch of numbered commands of one node: the payload of a `commands` entry, and of a forwarded proposal. */
export interface CommandBatch {
  readonly node: NodeId;
  readonly incarnation: Incarnation;
  /** The number of the first command; the others follow without a gap. */
  readonly firstSeq: number;
  readonly count: number;
  readonly payload: Uint8Array;
  /** Where in `payload` the first command begins. From there on every format is the same: u32 length, bytes. */
  readonly bodyOffset: number;
  readonly format: BatchFormat;
}

/** One way to write a batch. A new one is written only once the cluster's version has been raised to it. */
export interface BatchFormat {
  /** The first byte of a payload of this format. */
  readonly id: number;
  /** `body`: so many commands (`count`), each as u32 length and bytes, in any number of pieces. */
  encode(
    node: NodeId,
    incarnation: Incarnation,
    firstSeq: number,
    count: number,
    body: readonly Uint8Array[],
  ): CommandBatch;
  /** Reads the head. Throws `CodecError`. */
  decode(payload: Uint8Array): CommandBatch;
}

/** A node's process begins (`nonce` is its own) or is ended by the others (`ENDED`). A compare-and-set on `replaces`. */
export interface IncarnationPayload {
  readonly node: NodeId;
  readonly replaces: Incarnation;
  readonly nonce: Nonce;
}

const FORMAT = 1;

function checkFormat(payload: Uint8Array, what: string): void {
  if (payload[0] !== FORMAT)
    throw new CodecError(`a ${what} payload has format ${payload[0]}; this program reads format ${FORMAT}`);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Layout: format u8, node (u8 length, ASCII), incarnation u32, first number u64, count u32, then each command (u32 length, bytes). */
export function encodeCommandBatch(
  node: NodeId,
  incarnation: Incarnation,
  firstSeq: number,
  count: number,
  body: readonly Uint8Array[],
): CommandBatch {
  const bodyOffset = 2 + node.length + 16;
  let size = bodyOffset;
  for (const piece of body) size += piece.length;
  const payload = Buffer.allocUnsafeSlow(size);
  payload[0] = FORMAT;
  payload[1] = node.length;
  let at = 2 + payload.write(node, 2, 'latin1');
  at = payload.writeUInt32LE(incarnation, at);
  at = payload.writeBigUInt64LE(BigInt(firstSeq), at);
  at = payload.writeUInt32LE(count, at);
  for (const piece of body) {
    payload.set(piece, at);
    at += piece.length;
  }
  return { node, incarnation, firstSeq, count, payload, bodyOffset, format: FIRST_BATCH_FORMAT };
}

/** Reads the head of a batch; the commands are read by `forEachCommand`. Throws `CodecError`. */
export function decodeCommandBatch(payload: Uint8Array): CommandBatch {
  checkFormat(payload, 'commands');
  const bytes = asBuffer(payload);
  const nameLength = bytes[1] ?? 0;
  const bodyOffset = 2 + nameLength + 16;
  if (bytes.length < bodyOffset) throw new CodecError('a commands payload is cut short');
  const node = nodeId(bytes.toString('latin1', 2, 2 + nameLength));
  const incarnation = bytes.readUInt32LE(2 + nameLength);
  const firstSeq = Number(bytes.readBigUInt64LE(6 + nameLength));
  const count = bytes.readUInt32LE(14 + nameLength);
  if (!Number.isSafeInteger(firstSeq + count)) throw new CodecError('a command number is beyond 2^53 - 1');
  return { node, incarnation, firstSeq, count, payload, bodyOffset, format: FIRST_BATCH_FORMAT };
}

export const FIRST_BATCH_FORMAT: BatchFormat = {
  id: FORMAT,
  encode: encodeCommandBatch,
  decode: decodeCommandBatch,
};

/** Throws `CodecError` unless the batch holds exactly the commands that its head announces. Reads only their lengths. */
export function checkCommandBatch(batch: CommandBatch): void {
  const bytes = asBuffer(batch.payload);
  let at = batch.bodyOffset;
  let commands = 0;
  for (; commands < batch.count && at + 4 <= bytes.length; commands += 1) at += 4 + bytes.readUInt32LE(at);
  if (commands !== batch.count || at !== bytes.length)
    throw new CodecError(`a commands payload does not hold its ${batch.count} commands`);
}

/** A command of a batch: its number, and from where to where it lies in the batch's payload. */
export type CommandVisitor = (seq: number, start: number, end: number) => void;

/** Calls `visit` with each command of the batch, in order. Throws `CodecError` if the batch is cut short. */
export function forEachCommand(batch: CommandBatch, visit: CommandVisitor): void {
  const bytes = asBuffer(batch.payload);
  let at = batch.bodyOffset;
  for (let place = 0; place < batch.count; place += 1) {
    if (at + 4 > bytes.length) throw new CodecError('a commands payload is cut short');
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) throw new CodecError('a commands payload is cut short');
    visit(batch.firstSeq + place, at + 4, end);
    at = end;
  }
}

/** The part of a batch from a number on, which is one of its own. Throws `CodecError` if the batch is cut short before it. */
export function trimCommandBatch(batch: CommandBatch, from: number): CommandBatch {
  const bytes = asBuffer(batch.payload);
  let at = batch.bodyOffset;
  for (let seq = batch.firstSeq; seq < from; seq += 1) {
    if (at + 4 > bytes.length) throw new CodecError('a commands payload is cut short');
    at += 4 + bytes.readUInt32LE(at);
  }
  const { node, incarnation, firstSeq, count, format } = batch;
  return format.encode(node, incarnation, from, firstSeq + count - from, [bytes.subarray(at)]);
}

export function encodeIncarnation(incarnation: IncarnationPayload): Uint8Array {
  const payload = Buffer.alloc(2 + incarnation.node.length + 12);
  payload[0] = FORMAT;
  payload[1] = incarnation.node.length;
  let at = 2 + payload.write(incarnation.node, 2, 'latin1');
  at = payload.writeUInt32LE(incarnation.replaces, at);
  payload.write(incarnation.nonce, at, 'hex');
  return payload;
}

/** Throws `CodecError`. */
export function decodeIncarnation(payload: Uint8Array): IncarnationPayload {
  checkFormat(payload, 'incarnation');
  const bytes = asBuffer(payload);
  const nameLength = bytes[1] ?? 0;
  if (bytes.length !== 2 + nameLength + 12)
    throw new CodecError('an incarnation payload has the wrong length');
  return {
    node: nodeId(bytes.toString('latin1', 2, 2 + nameLength)),
    replaces: bytes.readUInt32LE(2 + nameLength),
    nonce: nonceOf(bytes.subarray(6 + nameLength)),
  };
}
