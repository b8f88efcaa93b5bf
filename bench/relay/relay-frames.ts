/** In front of the messages that the leader sends in one go: their bytes (u32), and how many they are (u32). */
export const FRAME_HEADER_BYTES = 8;
/** What a follower answers: up to which message it has everything on disk. */
export const ACK_BYTES = 6;

export function encodeFrame(messages: readonly Uint8Array[], bytes: number, count: number): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  header.writeUInt32LE(bytes, 0);
  header.writeUInt32LE(count, 4);
  return Buffer.concat([header, ...messages], FRAME_HEADER_BYTES + bytes);
}

export function encodeAck(lastMessage: number): Buffer {
  const ack = Buffer.allocUnsafe(ACK_BYTES);
  ack.writeUIntLE(lastMessage, 0, ACK_BYTES);
  return ack;
}

/** Reads acknowledgements, of which only the last one of a chunk says anything. */
export class AckReader {
  #rest: Buffer | null = null;

  /** The newest one, or null if the chunk completes none. */
  push(chunk: Buffer): number | null {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = bytes.length - (bytes.length % ACK_BYTES);
    this.#rest = whole === bytes.length ? null : bytes.subarray(whole);
    return whole === 0 ? null : bytes.readUIntLE(whole - ACK_BYTES, ACK_BYTES);
  }
}
