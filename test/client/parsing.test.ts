import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { LineSplitter } from '../../src/client/line-splitter.ts';
import { parseNodeList } from '../../src/client/node-list.ts';
import { parseServerLine } from '../../src/client/server-line.ts';

describe('a line of a node', () => {
  it.each([
    ['#7|+|a line|with bars', { kind: 'reply-line', number: 7, text: 'a line|with bars' }],
    ['#7|ok|', { kind: 'reply-end', number: 7, code: 'ok', text: '' }],
    ['#7|not-found|Receiver: x', { kind: 'reply-end', number: 7, code: 'not-found', text: 'Receiver: x' }],
    ['!hello|ok|Hello', { kind: 'hello-answer', code: 'ok', text: 'Hello' }],
    ['!hello|expired', { kind: 'hello-answer', code: 'expired', text: '' }],
    ['!leader|n2', { kind: 'notice', name: 'leader', text: 'n2' }],
    ['!shutdown|', { kind: 'notice', name: 'shutdown', text: '' }],
    [
      '@12|mason|2026-01-01T00:00:00.000Z|a|b',
      { kind: 'message', message: { id: 12, from: 'mason', time: '2026-01-01T00:00:00.000Z', text: 'a|b' } },
    ],
    ['#0|ok|zero', { kind: 'other', text: '#0|ok|zero' }],
    ['#7|OK|shouted', { kind: 'other', text: '#7|OK|shouted' }],
    ['mason: hello', { kind: 'other', text: 'mason: hello' }],
  ])('%j', (line, parsed) => {
    expect(parseServerLine(line)).toEqual(parsed);
  });

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => void parseServerLine(line)));
  });
});

describe('the line splitter', () => {
  it('finds the same lines however the bytes are cut', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '')));
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (lines, cuts) => {
        const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
        const splitter = new LineSplitter(10_000);
        const found: string[] = [];
        for (let at = 0; at < bytes.length;) {
          const size = cuts.next().value ?? 1;
          const split = splitter.push(bytes.subarray(at, at + size));
          if (split.kind === 'lines') found.push(...split.lines);
          at += size;
        }
        expect(found).toEqual(lines);
      }),
    );
  });

  it('takes a line of exactly its limit, and no longer one', () => {
    expect(new LineSplitter(3).push(new TextEncoder().encode('abc\n'))).toEqual({
      kind: 'lines',
      lines: ['abc'],
    });
    expect(new LineSplitter(3).push(new TextEncoder().encode('abcd\n')).kind).toBe('too-long');
    expect(new LineSplitter(3).push(new TextEncoder().encode('abcd')).kind).toBe('too-long');
  });
});

describe('a node list', () => {
  it('is addresses, with commas or without', () => {
    expect(parseNodeList(['127.0.0.1:6666, chat.example:1', '[::1]:2'])).toEqual([
      { id: '127.0.0.1:6666', host: '127.0.0.1', port: 6666 },
      { id: 'chat.example:1', host: 'chat.example', port: 1 },
      { id: '[::1]:2', host: '::1', port: 2 },
    ]);
  });

  it.each([[[]], [['x']], [['x:0']], [['x:99999']], [['a:b:1']]])('refuses %j with a sentence', (list) => {
    expect(() => parseNodeList(list)).toThrow(/127\.0\.0\.1:6666/);
  });
});
