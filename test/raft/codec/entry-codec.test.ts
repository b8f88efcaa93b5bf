import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { CodecError } from '../../../src/raft/codec/codec-error.ts';
import { decodeEntry, sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import { entry } from './arbitraries.ts';

const seal = () =>
  sealEntry(term(7), logIndex(42), {
    kind: 'commands',
    clusterTimeMs: 1_700_000_000_000,
    payload: Uint8Array.of(1, 2, 3),
  });

describe('the encoding of an entry', () => {
  it('is read back as it was sealed, wherever it lies', () => {
    fc.assert(
      fc.property(entry, fc.nat({ max: 20 }), fc.nat({ max: 20 }), (entry, before, after) => {
        const bytes = new Uint8Array(before + entry.bytes.byteLength + after).fill(0xaa);
        bytes.set(entry.bytes, before);
        expect(decodeEntry(bytes, before)).toEqual(entry);
      }),
    );
  });

  it('has these bytes, for ever', () => {
    expect(Buffer.from(seal().bytes).toString('hex')).toBe(
      '250000002774c91307000000000000002a0000000000000000008056febc78420102010203',
    );
  });

  it('gives the payload as a view, without a copy', () => {
    const entry = seal();
    expect(entry.payload.buffer).toBe(entry.bytes.buffer);
  });

  it('shows the change of any single byte', () => {
    const sound = seal().bytes;
    for (let at = 0; at < sound.byteLength; at += 1) {
      const bytes = sound.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0x40;
      expect(() => decodeEntry(bytes, 0), `byte ${at}`).toThrow(CodecError);
    }
  });

  it('shows an entry that was cut short', () => {
    const sound = seal().bytes;
    for (let length = 0; length < sound.byteLength; length += 1) {
      expect(() => decodeEntry(sound.subarray(0, length), 0)).toThrow(CodecError);
    }
  });

  it('refuses to seal a cluster time that is no number', () => {
    const proposal = { kind: 'noop', clusterTimeMs: Number.NaN, payload: new Uint8Array() } as const;
    expect(() => sealEntry(term(1), logIndex(1), proposal)).toThrow(CodecError);
  });

  it('throws only CodecError for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(() => decodeEntry(bytes, 0)).toThrow(CodecError);
      }),
    );
  });
});
