import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

const field = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    'ann',
    'bob',
    'ann123',
    'bob123',
    'secret',
    '.*',
    '(',
    '',
  ),
  fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/gu, ' ')),
);
const line = fc.array(field, { minLength: 1, maxLength: 4 }).map((fields) => fields.join('|'));

describe('whatever is sent', () => {
  it('every tagged line has exactly one last line, in order, and nothing that acts on a terminal is written', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 64 }), (lines, size) => {
        const chat = new PipeHarness({ unframedAfterMs: 0 });
        const person = chat.connect();
        const stream = new TextEncoder().encode(lines.map((it, i) => `#${i}|${it}\n`).join(''));
        for (let at = 0; at < stream.length; at += size) person.sends(stream.slice(at, at + size));
        chat.settle();
        const replies = person.read();
        const last = replies.flatMap((reply) => /^#([0-9]+)\|(?!\+)/u.exec(reply)?.[1] ?? []);
        expect(last).toEqual(lines.map((_, i) => `${i}`));
        for (const reply of replies) expect(reply).toMatch(/^[^\p{Cc}]*$/u);
      }),
    );
  });

  it('bytes of any kind leave a node usable', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
        const chat = new PipeHarness({ maxLineBytes: 100 });
        const person = chat.connect();
        for (const chunk of chunks) person.sends(chunk);
        chat.pass(60);
        person.endsInput();
        expect(person.isClosed).toBe(true);
        expect(chat.connect().says('2')[0]).toMatch(/^Showing all accounts: /);
      }),
    );
  });
});
