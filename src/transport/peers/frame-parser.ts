/** Bytes of the length in front of every frame: a u32, little-endian. */
const HEADER_BYTES = 4;

export interface FrameLimits {
  /** The longest first frame: a stranger's greeting is short. */
  readonly firstFrameBytes: number;
  readonly frameBytes: number;
}

export type Parsed =
  | { readonly kind: 'frames'; readonly frames: readonly Uint8Array[] }
  /** The stream cannot be read on; `why` is for the log. Every later push gives the same. */
  | { readonly kind: 'broken'; readonly why: string };

/**
 * Cuts a stream of bytes into length-prefixed frames, however the stream was chunked. Pure. Keeps at most one
 * unfinished frame, and only bytes of it that have arrived: nothing is allocated for what a length promises.
 */
export class FrameParser {
  readonly #frameBytes: number;
  #maxBytes: number;
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerFilled = 0;
  #parts: Uint8Array[] = [];
  /** Bytes of the frame being read that have not arrived; 0 while its header is being read. */
  #missing = 0;
  #broken: Parsed | null = null;

  constructor(limits: FrameLimits) {
    this.#maxBytes = limits.firstFrameBytes;
    this.#frameBytes = limits.frameBytes;
  }

  /** All frames that this chunk completes, in order. They may be views into the chunk. */
  push(chunk: Uint8Array): Parsed {
    const frames: Uint8Array[] = [];
    let offset = 0;
    while (offset < chunk.length && this.#broken === null) {
      if (this.#missing === 0) {
        this.#pushHeaderByte(chunk[offset] ?? 0);
        offset += 1;
        continue;
      }
      const part = chunk.subarray(offset, offset + this.#missing);
      offset += part.length;
      const frame = this.#pushPart(part);
      if (frame !== null) frames.push(frame);
    }
    return this.#broken ?? { kind: 'frames', frames };
  }

  #pushHeaderByte(byte: number): void {
    this.#header[this.#headerFilled] = byte;
    this.#headerFilled += 1;
    if (this.#headerFilled < HEADER_BYTES) return;
    this.#headerFilled = 0;
    const length = new DataView(this.#header.buffer).getUint32(0, true);
    if (length === 0) this.#broken = { kind: 'broken', why: 'an empty frame' };
    else if (length > this.#maxBytes) {
      this.#broken = { kind: 'broken', why: `a frame of ${length} bytes, longer than ${this.#maxBytes}` };
    } else this.#missing = length;
  }

  /** The frame, if this was its last part. */
  #pushPart(part: Uint8Array): Uint8Array | null {
    this.#missing -= part.length;
    if (this.#missing > 0) {
      this.#parts.push(part);
      return null;
    }
    const frame = this.#parts.length === 0 ? part : Buffer.concat([...this.#parts, part]);
    this.#parts = [];
    this.#maxBytes = this.#frameBytes;
    return frame;
  }
}

/** Above it, bytes are not worth copying once more for the sake of one piece. */
const COPIED_BYTES = 16 * 1024;

/** Bytes that these frames take on the wire. */
export function wireBytes(frames: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const frame of frames) bytes += HEADER_BYTES + frame.length;
  return bytes;
}

/** Frames as they go over the wire, in as few pieces as is worth it, for one write: the large ones as they are. */
export function wirePieces(frames: readonly Uint8Array[]): readonly Uint8Array[] {
  if (wireBytes(frames) <= COPIED_BYTES) return [encodeFrames(frames)];
  return frames.flatMap((frame) => {
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32LE(frame.length, 0);
    return [header, frame];
  });
}

/** Frames as they go over the wire, in one piece. */
export function encodeFrames(frames: readonly Uint8Array[]): Uint8Array {
  const wire = Buffer.allocUnsafe(wireBytes(frames));
  let offset = 0;
  for (const frame of frames) {
    wire.writeUInt32LE(frame.length, offset);
    wire.set(frame, offset + HEADER_BYTES);
    offset += HEADER_BYTES + frame.length;
  }
  return wire;
}
