import { describe, expect, it } from 'vitest';
import type { Situation } from '../../../src/client/terminal/typed-line.ts';
import { readTypedLine } from '../../../src/client/terminal/typed-line.ts';

const alone: Situation = { partner: null, login: null };
const inTalk: Situation = { partner: 'wayne', login: 'mason123' };

const line = (typed: string, situation = inTalk): unknown => {
  const wanted = readTypedLine(typed, situation);
  return wanted.kind === 'send' ? wanted.line : wanted.kind;
};

describe('a typed line', () => {
  it.each([
    ['3|wayne|hello', '3|wayne|hello'],
    ['1|mason', '1|mason'],
    ['2', '2'],
    ['9|what', '9|what'],
    ['/create mason', '1|mason'],
    ['/create mason two words', '1|mason|two words'],
    ['/list', '2'],
    ['/list J.*', '2|J.*'],
    ['/read wayne123', '4|wayne123'],
    ['/delete wayne123', '5|wayne123'],
    ['bye', 'quit'],
    ['/quit', 'quit'],
    ['/help', 'help'],
    ['   ', 'nothing'],
    ['hello', 'explain'],
    ['/read', 'explain'],
    ['/dance', 'explain'],
    ['/create', 'explain'],
    ['/login', 'explain'],
    ['/to', 'explain'],
  ])('%j, said to nobody, is %j', (typed, meant) => {
    expect(line(typed, alone)).toBe(meant);
  });

  it.each([
    ['hello there', '3|wayne|hello there'],
    ['a|b', '3|wayne|a|b'],
    ['bye', '3|wayne|bye'],
    ['2', '3|wayne|2'],
    ['//shrug', '3|wayne|/shrug'],
    ['3|ann|hello', '3|ann|hello'],
    ['/read', '4|mason123'],
    ['/delete', '5|mason123'],
  ])('%j, in a talk with wayne, is %j', (typed, meant) => {
    expect(line(typed)).toBe(meant);
  });

  it('keeps the password of a login as it was typed', () => {
    expect(readTypedLine('/login wayne123 a|b c', alone)).toEqual({
      kind: 'login',
      id: 'wayne123',
      password: 'a|b c',
    });
  });

  it('names the partner', () => {
    expect(readTypedLine('/to ann', inTalk)).toEqual({ kind: 'partner', name: 'ann' });
  });
});
