import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FrameParser,
  encodeFrames,
  wireBytes,
  wirePieces,
} from '../../../src/transport/peers/frame-parser.ts';

const limits = { firstFrameBytes: 64, frameBytes: 1_024 };
const frameUpTo = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 1, maxLength });

/** Cuts bytes at the given places. */
function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}

const plain = (frames: readonly Uint8Array[]): number[][] => frames.map((frame) => [...frame]);

describe('the frame parser', () => {
  it('gives the same frames however the stream was cut', () => {
    fc.assert(
      fc.property(frameUpTo(64), fc.array(frameUpTo(300)), fc.array(fc.nat()), (first, others, cuts) => {
        const frames = [first, ...others];
        const parser = new FrameParser(limits);
        const received = chunksOf(encodeFrames(frames), cuts).flatMap((chunk) => {
          const parsed = parser.push(chunk);
          if (parsed.kind === 'broken') throw new Error(parsed.why);
          return parsed.frames;
        });
        expect(plain(received)).toEqual(plain(frames));
      }),
    );
  });

  it('gives all frames of one chunk at once', () => {
    const frames = [new Uint8Array([1]), new Uint8Array([2, 3]), new Uint8Array([4])];
    expect(new FrameParser(limits).push(encodeFrames(frames))).toEqual({
      kind: 'frames',
      frames: frames.map((frame) => Buffer.from(frame)),
    });
  });

  it('never fails on rubbish, and never gives a frame above its limit', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        const parser = new FrameParser(limits);
        for (const chunk of chunks) {
          const parsed = parser.push(chunk);
          if (parsed.kind === 'broken') continue;
          for (const frame of parsed.frames) expect(frame.length).toBeLessThanOrEqual(limits.frameBytes);
        }
      }),
    );
  });

  it.each([
    ['of 2^31 bytes', [0, 0, 0, 0x80], 'a frame of 2147483648 bytes, longer than 64'],
    ['of 2^32 - 1 bytes', [255, 255, 255, 255], 'a frame of 4294967295 bytes, longer than 64'],
    ['of one byte too many', [65, 0, 0, 0], 'a frame of 65 bytes, longer than 64'],
    ['of no bytes', [0, 0, 0, 0], 'an empty frame'],
    ['of a web browser', [...Buffer.from('GET / HTTP/1.1')], 'a frame of 542393671 bytes, longer than 64'],
  ])('breaks at a first frame %s, and stays broken', (_, bytes, why) => {
    const parser = new FrameParser(limits);
    expect(parser.push(new Uint8Array(bytes))).toEqual({ kind: 'broken', why });
    expect(parser.push(encodeFrames([new Uint8Array([1])]))).toEqual({ kind: 'broken', why });
  });

  it('lets only the first frame be short', () => {
    const parser = new FrameParser(limits);
    parser.push(encodeFrames([new Uint8Array(64)]));
    expect(parser.push(encodeFrames([new Uint8Array(1_024)]))).toMatchObject({ kind: 'frames' });
    expect(parser.push(encodeFrames([new Uint8Array(1_025)]))).toMatchObject({ kind: 'broken' });
  });
});

describe('frames on their way to the wire', () => {
  it('are the same bytes in pieces as in one, and as many as was said', () => {
    const frames = fc.array(
      fc.oneof(
        frameUpTo(100),
        fc.nat(40_000).map((more) => new Uint8Array(1 + more).fill(7)),
      ),
    );
    fc.assert(
      fc.property(frames, (frames) => {
        const pieces = Buffer.concat(wirePieces(frames));
        expect(pieces.equals(encodeFrames(frames))).toBe(true);
        expect(pieces.length).toBe(wireBytes(frames));
      }),
      { numRuns: 50 },
    );
  });

  it('are one piece if they are small, and not copied if they are large', () => {
    const large = new Uint8Array(100_000);
    expect(wirePieces([new Uint8Array(10), new Uint8Array(20)])).toHaveLength(1);
    expect(wirePieces([large])[1]).toBe(large);
  });
});
