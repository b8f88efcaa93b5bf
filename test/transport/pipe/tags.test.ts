import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

describe('tags', () => {
  it('any command may carry one: the last line carries the code', () => {
    const chat = new PipeHarness();
    expect(
      chat
        .connect()
        .says('#a|1|ann', '#b|1|ann', '#c|2', '#d|0|x', '#e|4|ann123', '#f|nonsense', '#_-Z9|bye'),
    ).toEqual([
      '#a|ok|Success New Account Creation! Your new Account ID: ann123',
      '#b|taken|Username ann already exists. Please try a different username.',
      '#c|ok|Showing all accounts: ann',
      '#d|not-found|user with ID : x is not recognized in the system, please try a different name or create a new one',
      '#e|ok|No new messages',
      '#f|invalid|Please give a valid input as instructed in the documentation: "nonsense" is no command; the commands are 0, 1, 2, 3, 4, 5 and bye',
      '#_-Z9|ok|Goodbye',
    ]);
  });

  it('is 1 to 64 of A-Z a-z 0-9 _ -', () => {
    const person = new PipeHarness().connect();
    const longest = 'x'.repeat(64);
    expect(person.says(`#${longest}|2`)).toEqual([`#${longest}|ok|Showing all accounts: `]);
    for (const line of [`#${longest}x|2`, '#a b|2', '#|2', '#a']) {
      expect(person.says(line)[0]).toMatch(
        /^Please give a valid input as instructed in the documentation: a tag is /,
      );
    }
  });

  it('3 tells the ID, the time and what became of the message before its last line', () => {
    const chat = new PipeHarness();
    const mason = chat.person('mason');
    chat.person('off').says('bye');
    expect(mason.says('#1|3|mason|hi', '#2|3|off|hi', '#3|3|nobody|hi')).toEqual([
      '#1|+|id=1;at=2026-01-31T12:00:00.000Z;state=pushed',
      '#1|ok|Sender mason sends a new message hi to mason',
      '#2|+|id=2;at=2026-01-31T12:00:00.000Z;state=kept',
      "#2|ok|message from mason has been delivered to off's mailbox",
      "#3|not-found|Receiver: nobody doesn't exist",
      'mason: hi',
    ]);
  });

  it('every line of a longer reply carries the tag', () => {
    const chat = new PipeHarness();
    chat.person('off').says('bye');
    chat.person('mason').says('3|off|1', '3|off|2');
    expect(chat.connect().says('#x|4|off123')).toEqual([
      '#x|+|undelivered message for user ID off123: ',
      '#x|+|mason sends: 1',
      '#x|ok|mason sends: 2',
    ]);
  });

  it('the error of a line that could not be read carries its tag', () => {
    const chat = new PipeHarness({ maxLineBytes: 100 });
    const person = chat.connect();
    person.sends(`#7|3|x|${'y'.repeat(200)}\n`);
    person.sends(new Uint8Array([0x23, 0x38, 0x7c, 0xff, 0x0a]));
    expect(person.read()).toEqual([]);
    chat.settle();
    expect(person.read()).toEqual([
      '#7|invalid|Please give a valid input as instructed in the documentation: the line is longer than 100 bytes',
      '#8|invalid|Please give a valid input as instructed in the documentation: the line is not valid UTF-8',
    ]);
  });

  it('a pattern that nobody matches, and one that is not valid', () => {
    const person = new PipeHarness().person('ann');
    expect(person.says('#1|2|a.n', '#2|2|b', '#3|2|(')).toEqual([
      '#1|ok|Account matched: ann',
      "#2|not-found|Account matched to: b doesn't exist",
      '#3|invalid|Please give a valid input as instructed in the documentation: "(" is not a valid pattern',
    ]);
  });

  it.each([
    ['denied', ['#x|3|a|b'], 'Please create or login your account first'],
    ['denied', ['1|p|pw', '1|q', '#x|4|p123'], 'Please login as this account first'],
    [
      'invalid',
      ['#x|6|1'],
      'Please give a valid input as instructed in the documentation: 6 is for the connection of a client, say hello first',
    ],
    [
      'not-empty',
      ['1|p', '1|q', '3|p|x', '#x|5|p123'],
      'Please check your mailbox before deleting your account!',
    ],
    ['not-found', ['#x|4|p123'], 'User not Found'],
    ['not-found', ['#x|5|p123'], 'User Not Found!'],
  ])('%s', (code, lines, text) => {
    expect(
      new PipeHarness()
        .connect()
        .says(...lines)
        .at(-1),
    ).toBe(`#x|${code}|${text}`);
  });

  it('a plain connection with tags stays plain: its pushes are those of part 1', () => {
    const chat = new PipeHarness();
    const ann = chat.connect();
    ann.says('#1|1|ann');
    chat.person('bob').says('3|ann|hi');
    expect(ann.read()).toEqual(['bob: hi']);
  });
});
