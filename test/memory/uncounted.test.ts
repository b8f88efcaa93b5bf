import { describe, expect, it } from 'vitest';
import { uncountedBytes } from '../../src/memory/uncounted.ts';

const isCounted = ({ buffer }: Uint8Array): boolean => buffer instanceof ArrayBuffer;

describe('uncounted memory', () => {
  it('is zero at first, and as long as was asked for', () => {
    for (const bytes of [0, 1, 4096]) {
      const memory = uncountedBytes(bytes);
      expect(memory.byteLength).toBe(bytes);
      expect(memory.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('lets the collector count a quarter of its bytes, whatever the sizes of the pieces', () => {
    const pieces = Array.from({ length: 4_000 }, (_, i) => uncountedBytes(i % 2 === 0 ? 4_096 : 1_024));
    const bytesOf = (some: readonly Uint8Array[]): number =>
      some.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const share = bytesOf(pieces.filter(isCounted)) / bytesOf(pieces);
    expect(share).toBeGreaterThan(0.24);
    expect(share).toBeLessThan(0.26);
  });
});
