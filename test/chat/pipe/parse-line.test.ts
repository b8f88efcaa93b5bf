import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandNumber, parseLine, unreadableLine } from '../../../src/chat/pipe/parse-line.ts';

const limits = { maxPatternLength: 128 };
const requestOf = (line: string) => parseLine(line, limits).request;

describe('parsing a line', () => {
  it.each([
    ['1|ann', { kind: 'create', name: 'ann', password: null }],
    ['1|ann|', { kind: 'create', name: 'ann', password: null }],
    ['1|ann|a|b ', { kind: 'create', name: 'ann', password: 'a|b ' }],
    ['0|ann123', { kind: 'login', id: 'ann123', password: null }],
    ['0|ann123||', { kind: 'login', id: 'ann123', password: '|' }],
    ['2', { kind: 'list', pattern: null }],
    ['2|', { kind: 'list', pattern: null }],
    ['2|a|b', { kind: 'list', pattern: 'a|b' }],
    ['3|ann| |x', { kind: 'send', to: 'ann', text: ' |x' }],
    ['4|ann123', { kind: 'collect', id: 'ann123' }],
    ['5|ann123', { kind: 'delete', id: 'ann123' }],
    ['6|42', { kind: 'acknowledge', message: 42 }],
    ['bye', { kind: 'bye' }],
    ['hello|0123456789abcdefghij_-|3', { kind: 'hello', clientId: '0123456789abcdefghij_-', floor: 3 }],
  ])('understands %s', (line, request) => {
    expect(requestOf(line)).toEqual(request);
    expect(parseLine(`#t|${line}`, limits)).toEqual({ tag: 't', command: line, request });
  });

  it('makes something of any line, and never a throw', () => {
    const field = fc.oneof(
      fc.constantFrom('0', '1', '2', '3', '4', '5', '6', 'bye', 'hello', '#', '#x', ''),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const parsed = parseLine(fields.join('|'), limits);
        if (parsed.request.kind === 'invalid') expect(parsed.request.why).toMatch(/^[^\p{Cc}]+$/u);
      }),
    );
  });

  it('never quotes a client ID', () => {
    const secret = 'Secret-'.repeat(4);
    for (const line of [`hello|${secret}!|1`, `hello|${secret}|x`, `hello|${secret}`]) {
      expect(JSON.stringify(requestOf(line))).not.toContain('Secret');
    }
  });

  it('finds the tag of a line of which only the beginning is known', () => {
    expect(unreadableLine('#7|3|x', 'why')).toMatchObject({
      tag: '7',
      request: { kind: 'invalid', why: 'why' },
    });
    expect(unreadableLine('#7', 'why').tag).toBeNull();
  });

  it("knows a client's numbers", () => {
    expect(
      ['1', '42', '9007199254740991', '0', '01', '1e3', '', 'x', '9007199254740992'].map(commandNumber),
    ).toEqual([1, 42, 9007199254740991, null, null, null, null, null, null]);
  });
});
