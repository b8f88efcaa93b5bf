import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import {
  decodeCommandBatch,
  decodeIncarnation,
  encodeIncarnation,
  ENDED,
  forEachCommand,
  nonceOf,
  trimCommandBatch,
} from '../../../src/raft/driver/payloads.ts';
import { CodecError } from '../../../src/raft/codec/codec-error.ts';
import { Sessions } from '../../../src/raft/driver/sessions.ts';
import { batchOf } from './support/batch-of.ts';

const n1 = nodeId('n1');
const nonce = nonceOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
const batch = (incarnation: number, firstSeq: number, count: number) =>
  batchOf(
    n1,
    incarnation,
    firstSeq,
    Array.from({ length: count }, (_, place) => Uint8Array.of(firstSeq + place)),
  );

describe('sessions: exactly once is arithmetic', () => {
  it('takes a command only if its number is the next one', () => {
    const sessions = new Sessions();
    sessions.replace({ node: n1, replaces: 0, nonce });
    expect(sessions.standing(batch(1, 1, 3))).toEqual({ kind: 'next' });
    sessions.advance(batch(1, 1, 3));
    expect(sessions.standing(batch(1, 1, 3))).toEqual({ kind: 'known' });
    expect(sessions.standing(batch(1, 2, 3))).toEqual({ kind: 'overlaps', from: 4 });
    expect(sessions.standing(batch(1, 5, 1))).toEqual({ kind: 'gap', expected: 4 });
    expect(sessions.standing(batch(1, 4, 1))).toEqual({ kind: 'next' });
  });

  it('voids the commands of an incarnation that was replaced, also late duplicates', () => {
    const sessions = new Sessions();
    sessions.replace({ node: n1, replaces: 0, nonce });
    sessions.replace({ node: n1, replaces: 1, nonce: nonceOf(new Uint8Array(8).fill(9)) });
    expect(sessions.standing(batch(1, 1, 1)).kind).toBe('wrong-incarnation');
    expect(sessions.standing(batch(2, 1, 1))).toEqual({ kind: 'next' });
  });

  it('begins an incarnation by compare-and-set: a late duplicate does nothing', () => {
    const sessions = new Sessions();
    expect(sessions.replace({ node: n1, replaces: 0, nonce })).toBe(true);
    expect(sessions.replace({ node: n1, replaces: 0, nonce })).toBe(false);
    expect(sessions.get(n1)).toEqual({ incarnation: 1, nonce, lastSeq: 0 });
  });

  it('takes nothing of an incarnation that was ended and not yet replaced', () => {
    const sessions = new Sessions();
    sessions.replace({ node: n1, replaces: 0, nonce });
    sessions.replace({ node: n1, replaces: 1, nonce: ENDED });
    expect(sessions.standing(batch(2, 1, 1)).kind).toBe('wrong-incarnation');
  });

  it('applies every command once whatever is resent, overlapping, in any order (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 })), {
          maxLength: 60,
        }),
        (sends) => {
          const sessions = new Sessions();
          sessions.replace({ node: n1, replaces: 0, nonce });
          const applied: number[] = [];
          for (const [firstSeq, count] of sends) {
            const sent = batch(1, firstSeq, count);
            const standing = sessions.standing(sent);
            if (standing.kind !== 'next' && standing.kind !== 'overlaps') continue;
            const rest = standing.kind === 'next' ? sent : trimCommandBatch(sent, standing.from);
            forEachCommand(rest, (_seq, start) => applied.push(rest.payload[start]!));
            sessions.advance(sent);
          }
          expect(applied).toEqual(applied.map((_, place) => place + 1));
        },
      ),
    );
  });
});

describe('payloads', () => {
  it('read back as they were written', () => {
    const written = batchOf(n1, 3, 2 ** 40, [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]);
    const read = decodeCommandBatch(written.payload);
    expect(read).toEqual(written);
    const seen: [number, number[]][] = [];
    forEachCommand(read, (seq, start, end) => seen.push([seq, [...read.payload.subarray(start, end)]]));
    expect(seen).toEqual([
      [2 ** 40, [1, 2]],
      [2 ** 40 + 1, []],
      [2 ** 40 + 2, [3]],
    ]);
    const incarnation = { node: n1, replaces: 4, nonce };
    expect(decodeIncarnation(encodeIncarnation(incarnation))).toEqual(incarnation);
  });

  it('refuse rubbish with a CodecError and nothing else (property)', () => {
    const readers = [
      (bytes: Uint8Array) => forEachCommand(decodeCommandBatch(bytes), () => undefined),
      decodeIncarnation,
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, wellBegun) => {
        if (wellBegun && bytes.length > 0) bytes[0] = 1;
        for (const read of readers) {
          try {
            read(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(CodecError);
          }
        }
      }),
    );
  });
});
