import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlabCutter } from '../../src/memory/slab-cutter.ts';

const LARGE = 64 * 1024;

const end = ({ byteOffset, byteLength }: Uint8Array): number => byteOffset + byteLength;

describe('a cutter of slabs', () => {
  it('gives pieces that are zero and overlap with no other', () => {
    const lengths = fc.array(fc.oneof(fc.nat(200), fc.nat(2 * LARGE)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(lengths, (lengths) => {
        const cutter = new SlabCutter();
        const pieces = lengths.map((length) => cutter.cut(length));
        pieces.forEach((piece, at) => {
          expect(piece.byteLength).toBe(lengths[at]);
          expect(piece.byteOffset % 8).toBe(0);
          expect(piece.every((byte) => byte === 0)).toBe(true);
          piece.fill(at + 1);
        });
        pieces.forEach((piece, at) => expect(piece.every((byte) => byte === ((at + 1) & 0xff))).toBe(true));
      }),
      { numRuns: 30 },
    );
  });

  it('lays small pieces behind one another in one slab', () => {
    const cutter = new SlabCutter();
    const [first, second] = [cutter.cut(100), cutter.cut(8)];
    expect(second.buffer).toBe(first.buffer);
    expect(second.byteOffset).toBe(end(first) + 4);
  });

  it('gives a large piece memory of its own, and goes on in the slab that it had', () => {
    const cutter = new SlabCutter();
    const before = cutter.cut(8);
    const large = cutter.cut(LARGE + 1);
    expect(large.buffer.byteLength).toBe(LARGE + 1);
    expect(cutter.cut(8).buffer).toBe(before.buffer);
  });

  it('copies bytes: what becomes of the original is nothing to the copy', () => {
    const original = Uint8Array.of(1, 2, 3);
    const copy = new SlabCutter().copy(original);
    original.fill(9);
    expect([...copy]).toEqual([1, 2, 3]);
  });
});
