import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/raft/codec/bytes.ts';
import { CodecError } from '../../../src/raft/codec/codec-error.ts';

describe('ByteWriter and ByteReader', () => {
  it('give back what was written, however much the writer had to grow', () => {
    const fields = fc.tuple(
      fc.nat({ max: 255 }),
      fc.nat({ max: 0xffff_ffff }),
      fc.maxSafeNat(),
      fc.double(),
      fc.uint8Array(),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fields, fc.nat({ max: 40 }), ([a, b, c, d, e, f], capacity) => {
        const bytes = new ByteWriter(capacity).u8(a).u32(b).u64(c).f64(d).bytes(e).string(f).raw(e).finish();
        const reader = new ByteReader(bytes);
        expect([reader.u8(), reader.u32(), reader.u64(), reader.f64()]).toEqual([a, b, c, d]);
        expect(reader.bytes(1000)).toEqual(e);
        expect(reader.string(1000)).toBe(f);
        expect(reader.raw(e.byteLength)).toEqual(e);
        reader.end();
      }),
    );
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN])('refuse to write %s as a u64', (value) => {
    expect(() => new ByteWriter().u64(value)).toThrow(CodecError);
  });

  it('refuse a length above the given limit, and one that is not there', () => {
    const bytes = new ByteWriter().u32(1_000_000_000).finish();
    expect(() => new ByteReader(bytes).bytes(100)).toThrow(/at most 100/);
    expect(() => new ByteReader(bytes).bytes(2_000_000_000)).toThrow(/cut short/);
  });

  it('refuse text that is not UTF-8, and a boolean that is neither', () => {
    const bytes = new ByteWriter().bytes(Uint8Array.of(0xff)).finish();
    expect(() => new ByteReader(bytes).string(10)).toThrow(/UTF-8/);
    expect(() => new ByteReader(Uint8Array.of(2)).boolean()).toThrow(CodecError);
  });
});
