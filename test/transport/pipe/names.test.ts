import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

const INVALID = 'Please give a valid input as instructed in the documentation: ';
const created = (name: string): string => `Success New Account Creation! Your new Account ID: ${name}123`;
const taken = (name: string): string => `Username ${name} already exists. Please try a different username.`;

describe('names', () => {
  it('are 1 to 32 of A-Z a-z 0-9 _ - .', () => {
    const person = new PipeHarness().connect();
    const longest = 'x'.repeat(32);
    expect(person.says('1|a', `1|${longest}`, '1|A-z_0.9')).toEqual([
      created('a'),
      created(longest),
      created('A-z_0.9'),
    ]);
  });

  it.each(['x'.repeat(33), 'two words', 'mäson', 'mаson', 'a\tb', '#tag', '@at', '!bang', 'a:b', ' a', 'a '])(
    'refuses %j with the valid-input error',
    (name) => {
      const [reply] = new PipeHarness().connect().says(`1|${name}`);
      expect(reply).toMatch(
        /^Please give a valid input as instructed in the documentation: a name is 1 to 32 of /,
      );
      expect(reply).toMatch(/^[^\p{Cc}]*$/u);
    },
  );

  it('are unique and found without regard to case, and shown as they were made', () => {
    const chat = new PipeHarness();
    const mason = chat.person('MaSon');
    expect(chat.connect().says('1|mAsOn')).toEqual([taken('mAsOn')]);
    expect(chat.person('wayne').says('3|MASON|hi', '3|mason123|ho')).toEqual([
      'Sender wayne sends a new message hi to MaSon',
      'Sender wayne sends a new message ho to MaSon',
    ]);
    expect(mason.read()).toEqual(['wayne: hi', 'wayne: ho']);
  });

  it('share one namespace with IDs: a name is refused if it is an ID, or if its ID is a name', () => {
    const chat = new PipeHarness();
    chat.person('ann');
    expect(chat.connect().says('1|Ann123')).toEqual([taken('Ann123')]);
    chat.person('bob123');
    expect(chat.connect().says('1|bob')).toEqual([taken('bob')]);
  });

  it.each(['Receiver', 'receiver', 'RECEIVER'])('reserves %s, whose push would read like a reply', (name) => {
    expect(new PipeHarness().connect().says(`1|${name}`)).toEqual([`${INVALID}the name ${name} is reserved`]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'treats %s as an ordinary name',
    (name) => {
      const chat = new PipeHarness();
      const person = chat.connect();
      expect(person.says(`3|${name}|hi`, `0|${name}123`, `1|${name}`, '2')).toEqual([
        'Please create or login your account first',
        `user with ID : ${name}123 is not recognized in the system, please try a different name or create a new one`,
        created(name),
        `Showing all accounts: ${name}`,
      ]);
      const other = chat.person('other');
      other.says(`3|${name}|hi`);
      expect(person.read()).toEqual(['other: hi']);
      expect(person.says(`5|${name}123`, '2')).toEqual([
        'Your account has been deleted',
        'Showing all accounts: other',
      ]);
    },
  );
});
