import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineFramer } from '../../../src/chat/pipe/line-framer.ts';
import type { FramedLine } from '../../../src/chat/pipe/line-framer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const pullAll = (framer: LineFramer, nowMs: number): FramedLine[] => {
  const lines: FramedLine[] = [];
  for (let line = framer.next(nowMs, nowMs); line !== null; line = framer.next(nowMs, nowMs))
    lines.push(line);
  return lines;
};

const line = (text: string, endedBy: 'newline' | 'pause' | 'end-of-input' = 'newline'): FramedLine => ({
  kind: 'line',
  text,
  endedBy,
});

describe('the line framer', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/gu, '.')),
        ),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (texts, cuts) => {
          const framer = new LineFramer({ maxLineBytes: 1000, unframedAfterMs: 0 });
          const stream = bytes(texts.map((text, i) => `${text}${i % 2 === 0 ? '\n' : '\r\n'}`).join(''));
          const lines: FramedLine[] = [];
          let at = 0;
          for (let i = 0; at < stream.length; i += 1) {
            const size = cuts.length === 0 ? 3 : (cuts[i % cuts.length] ?? 1);
            framer.push(stream.subarray(at, at + size));
            at += size;
            lines.push(...pullAll(framer, 0));
          }
          expect(lines).toEqual(texts.map((text) => line(text)));
        },
      ),
    );
  });

  it('takes a line of exactly the limit, with either ending', () => {
    const framer = new LineFramer({ maxLineBytes: 5, unframedAfterMs: 0 });
    framer.push(bytes('12345\n12345\r\n123'));
    framer.push(bytes('45\r'));
    framer.push(bytes('\n123456\n'));
    expect(pullAll(framer, 0)).toEqual([
      line('12345'),
      line('12345'),
      line('12345'),
      { kind: 'too-long', head: '123456' },
    ]);
  });

  it('says once that a line is too long, and is itself again after its newline', () => {
    const framer = new LineFramer({ maxLineBytes: 10, unframedAfterMs: 0 });
    const lines: FramedLine[] = [];
    for (let i = 0; i < 100; i += 1) {
      framer.push(bytes('xxxxxxx'));
      lines.push(...pullAll(framer, 0));
    }
    framer.push(bytes('\nok\n'));
    expect([...lines, ...pullAll(framer, 0)]).toEqual([{ kind: 'too-long', head: 'xxxxxxx' }, line('ok')]);
  });

  it('a too long first burst without a newline ends with the pause', () => {
    const framer = new LineFramer({ maxLineBytes: 10, unframedAfterMs: 40 });
    framer.push(bytes('x'.repeat(50)));
    expect(pullAll(framer, 0)).toEqual([{ kind: 'too-long', head: 'x'.repeat(50) }]);
    expect(pullAll(framer, 40)).toEqual([]);
    framer.push(bytes('2'));
    expect([...pullAll(framer, 50), ...pullAll(framer, 90)]).toEqual([line('2', 'pause')]);
  });

  it('tells when the pause would end a command', () => {
    const framer = new LineFramer({ maxLineBytes: 10, unframedAfterMs: 40 });
    expect(framer.pauseEndsAtMs()).toBeNull();
    framer.push(bytes('2'));
    expect(pullAll(framer, 5)).toEqual([]);
    expect(framer.pauseEndsAtMs()).toBe(45);
    framer.push(bytes('\n3'));
    expect(pullAll(framer, 6)).toEqual([line('2')]);
    expect(framer.pauseEndsAtMs()).toBeNull();
  });

  it('keeps the rest for the end of input', () => {
    const framer = new LineFramer({ maxLineBytes: 10, unframedAfterMs: 0 });
    framer.push(bytes('a\nb'));
    expect(pullAll(framer, 0)).toEqual([line('a')]);
    framer.end();
    expect(framer.hasBacklog).toBe(true);
    expect(pullAll(framer, 0)).toEqual([line('b', 'end-of-input')]);
    expect(framer.hasBacklog).toBe(false);
  });

  it('refuses what is not UTF-8, and overlong forms', () => {
    const framer = new LineFramer({ maxLineBytes: 10, unframedAfterMs: 0 });
    framer.push(new Uint8Array([0xc0, 0xaf, 10, 0xed, 0xa0, 0x80, 10, 0x41, 10]));
    expect(pullAll(framer, 0).map((it) => it.kind)).toEqual(['not-utf8', 'not-utf8', 'line']);
  });
});
