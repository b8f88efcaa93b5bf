import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineMeaning } from '../../../src/cli/bench/reply-lines.ts';
import { ReplyLines, judgeByBeginning } from '../../../src/cli/bench/reply-lines.ts';

const judge = judgeByBeginning([
  ['message from ', 'acknowledged'],
  ['Sender ', 'acknowledged'],
  ['b7', 'other'],
  ['', 'refused'],
]);

describe('reply lines', () => {
  it('judges a line by how it begins, from the first that fits', () => {
    const meanings: LineMeaning[] = [];
    new ReplyLines(judge).push(
      Buffer.from('message from a\nSender b\nb7x: hi\nThe mailbox is full\n\n'),
      (meaning) => meanings.push(meaning),
    );
    expect(meanings).toEqual(['acknowledged', 'acknowledged', 'other', 'refused', 'refused']);
  });

  it('judges the same lines however the bytes are cut', () => {
    const texts = fc.array(fc.constantFrom('message from x', 'Sender', 'Sender y', 'b', ''), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 200 }), { maxLength: 10 }), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const whole: LineMeaning[] = [];
        new ReplyLines(judge).push(bytes, (meaning) => whole.push(meaning));
        const pieces: LineMeaning[] = [];
        const reader = new ReplyLines(judge);
        const edges = [
          0,
          ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b),
          bytes.length,
        ];
        edges.forEach((edge, place) => {
          const end = edges[place + 1];
          if (end !== undefined) reader.push(bytes.subarray(edge, end), (meaning) => pieces.push(meaning));
        });
        expect(pieces).toEqual(whole);
        expect(whole).toHaveLength(lines.length);
      }),
    );
  });
});
