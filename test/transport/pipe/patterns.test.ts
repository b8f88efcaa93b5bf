import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

const INVALID = 'Please give a valid input as instructed in the documentation: ';

describe('patterns', () => {
  it('are matched against the whole name', () => {
    const chat = new PipeHarness();
    for (const name of ['John', 'Johnny', 'Jahn']) chat.person(name);
    expect(chat.connect().says('2|J.hn', '2|J.*', '2|ohn', '2|.*ny|Jahn', '2|[A-Z]...')).toEqual([
      'Account matched: John,Jahn',
      'Account matched: John,Johnny,Jahn',
      "Account matched to: ohn doesn't exist",
      'Account matched: Johnny,Jahn',
      'Account matched: John,Jahn',
    ]);
  });

  it.each([
    ['(', '"(" is not a valid pattern'],
    ['[', '"[" is not a valid pattern'],
    ['(?=a)', '"(?=a)" is not a valid pattern'],
    ['a{1000}{1000}', '"a{1000}{1000}" is not a valid pattern'],
    ['(a{0,30}){30}', 'the pattern "(a{0,30}){30}" is too large, use fewer or smaller repetitions'],
    ['x'.repeat(129), 'the pattern is longer than 128 characters'],
  ])('refuses %s', (pattern, why) => {
    expect(new PipeHarness().connect().says(`2|${pattern}`)).toEqual([`${INVALID}${why}`]);
  });

  it('none can stall a node: a slice of work is bounded, and others go on between slices', () => {
    const chat = new PipeHarness({ commandBurst: 100_000 });
    const maker = chat.connect();
    for (let i = 0; i < 3000; i += 1) maker.says(`1|${'a'.repeat(20)}${i}`);
    const searcher = chat.connect();
    searcher.sends('2|(?:a?){200}a{200}b\n');
    let slices = 0;
    do {
      chat.n1.log.run();
      chat.n1.service.flush();
      slices += 1;
    } while (chat.n1.service.work() === 'more' || slices < 3);
    expect(slices).toBeGreaterThan(100);
    chat.settle();
    expect(searcher.read()).toEqual(["Account matched to: (?:a?){200}a{200}b doesn't exist"]);
  });

  it('is echoed so that it cannot act on a terminal', () => {
    expect(new PipeHarness().connect().says('2|\u001b[2J]\u202e?')).toEqual([
      "Account matched to: \\u{1b}[2J]\\u{202e}? doesn't exist",
    ]);
  });
});
