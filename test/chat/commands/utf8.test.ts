import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isUtf8 } from '../../../src/chat/commands/utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true });

function decodes(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const isValid = (bytes: Uint8Array): boolean => isUtf8(new DataView(bytes.buffer), 0, bytes.length);

it('bytes are valid UTF-8 exactly if a strict decoder says so', () => {
  const edges = '417f808f909fa0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5ff';
  const edge = fc.constantFrom(...Buffer.from(edges, 'hex'));
  const bytes = fc.oneof(
    fc.array(edge, { maxLength: 12 }).map((it) => Uint8Array.from(it)),
    fc.string({ unit: 'binary', maxLength: 20 }).map((it) => new TextEncoder().encode(it)),
  );
  fc.assert(
    fc.property(bytes, (it) => {
      expect(isValid(it)).toBe(decodes(it));
    }),
    { numRuns: 3_000 },
  );
});

it('every beginning of a character is found out, wherever its bytes stop', () => {
  for (const text of ['abcé', 'ab€', 'a😀b', '\u{10ffff}', '\u{ffff}\u{d7ff}']) {
    const bytes = new TextEncoder().encode(text);
    for (let end = 0; end <= bytes.length; end++) {
      const part = bytes.slice(0, end);
      expect(isValid(part)).toBe(decodes(part));
    }
  }
});
