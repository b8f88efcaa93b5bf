import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

const created = (name: string): string => `Success New Account Creation! Your new Account ID: ${name}123`;

describe('lines', () => {
  it('a reply is contiguous: no push falls inside one', () => {
    const chat = new PipeHarness({ maxBufferedBytes: 300 });
    const wayne = chat.person('wayne');
    for (let i = 0; i < 200; i += 1) chat.person(`somebody${i}`).says('bye');
    wayne.stopsReading();
    wayne.sends('2\n');
    chat.settle();
    chat.person('mason').says('3|wayne|hello');
    wayne.readsAgain();
    const [list, push] = wayne.read();
    expect(list?.split(',')).toHaveLength(201);
    expect(push).toBe('mason: hello');
  });

  it('the lines of 4 stand together', () => {
    const chat = new PipeHarness();
    const mason = chat.person('mason');
    chat.person('wayne').says('bye');
    mason.says('3|wayne|1', '3|wayne|2');
    const wayne = chat.connect();
    wayne.says('0|wayne123');
    wayne.sends('4|wayne123\n');
    mason.sends('3|wayne|3\n3|wayne|4\n');
    chat.settle();
    expect(wayne.read()).toEqual([
      'undelivered message for user ID wayne123: ',
      'mason sends: 1',
      'mason sends: 2',
      'mason: 3',
      'mason: 4',
    ]);
  });

  it('commands may be pipelined: replies in their order, each sees the effects of those before it', () => {
    const chat = new PipeHarness();
    expect(
      chat
        .connect()
        .says(
          '1|ann',
          '2',
          '1|bob|secret',
          '2',
          '3|ann|hi',
          '0|ann123',
          '4|ann123',
          '5|bob123',
          '5|ann123',
          '2',
          'bye',
        ),
    ).toEqual([
      created('ann'),
      'Showing all accounts: ann',
      created('bob'),
      'Showing all accounts: ann,bob',
      "message from bob has been delivered to ann's mailbox",
      'user : ann is now logged in',
      'undelivered message for user ID ann123: ',
      'bob sends: hi',
      'Please login as this account first',
      'Your account has been deleted',
      'Showing all accounts: bob',
      'Goodbye',
    ]);
  });

  it('a list does not see the commands behind it', () => {
    expect(new PipeHarness().connect().says('2', '1|ann', '2')).toEqual([
      'Showing all accounts: ',
      created('ann'),
      'Showing all accounts: ann',
    ]);
  });

  it('commands without a barrier between them wait for nothing: all are submitted at once', () => {
    const chat = new PipeHarness();
    const mason = chat.person('mason');
    mason.sends('3|mason|1\n3|mason|2\n4|mason123\n3|mason|3\n');
    expect(chat.n1.log.open).toBe(4);
  });

  it('\\r\\n and \\n both end a line', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    person.sends('1|ann\r\n2\n2\r\n');
    chat.settle();
    expect(person.read()).toEqual([created('ann'), 'Showing all accounts: ann', 'Showing all accounts: ann']);
  });

  it('several commands in one packet, and one command over many packets', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    for (const byte of '1|ann\n2\n3|ann|hé\n') person.sends(byte);
    chat.settle();
    expect(person.read()).toEqual([
      created('ann'),
      'Showing all accounts: ann',
      'Sender ann sends a new message hé to ann',
      'ann: hé',
    ]);
  });

  it('replies of one turn are one write', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    const before = person.writes.length;
    person.says('1|ann', '3|ann|1', '3|ann|2');
    expect(person.writes.length - before).toBe(1);
  });

  it('end of input: what was sent before is carried out and answered first, without a goodbye', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    person.sends('1|ann\n2\n');
    person.endsInput();
    expect(person.read()).toEqual([created('ann'), 'Showing all accounts: ann']);
    expect(person.isClosed).toBe(true);
    expect(chat.person('bob').says('3|ann|hi')).toEqual([
      "message from bob has been delivered to ann's mailbox",
    ]);
  });

  it('end of input ends a last line that has no newline', () => {
    const person = new PipeHarness().connect();
    person.sends('1|ann\n2');
    person.endsInput();
    expect(person.read()).toEqual([created('ann'), 'Showing all accounts: ann']);
  });

  it('a tagged line that is cut off by the end of input is not carried out: its beginning may mean something else', () => {
    const person = new PipeHarness().connect();
    person.sends('#1|1|ann\n#2|1|bobb');
    person.endsInput();
    expect(person.read()).toEqual([
      `#1|ok|${created('ann')}`,
      '#2|invalid|Please give a valid input as instructed in the documentation: the line was cut off, its newline is missing',
    ]);
  });

  it('what was collected before the end of input is delivered by it', () => {
    const chat = new PipeHarness();
    chat.person('ann').says('bye');
    chat.person('bob').says('3|ann|hi');
    const person = chat.connect();
    person.sends('0|ann123\n4|ann123\n');
    person.endsInput();
    expect(person.read()).toHaveLength(3);
    expect(chat.connect().says('4|ann123')).toEqual(['No new messages']);
  });

  it('a connection that breaks logs off, and what it had sent is carried out', () => {
    const chat = new PipeHarness();
    const ann = chat.person('ann');
    const bob = chat.person('bob');
    bob.sends('3|ann|hi\n');
    bob.vanishes();
    expect(ann.read()).toEqual(['bob: hi']);
    expect(ann.says('3|bob|hi')).toEqual(["message from ann has been delivered to bob's mailbox"]);
    expect(chat.n1.service.connections).toBe(1);
  });

  it('control, escape and bidirectional characters never reach another terminal raw', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne');
    const nasty = '\u001b]0;x\u0007\u001b[2J\t\u0000\u007f\u009b1m\u2028\u202e\u2066\u200b\ufeff\rmason: hi';
    const shown =
      '\\u{1b}]0;x\\u{7}\\u{1b}[2J\\u{9}\\u{0}\\u{7f}\\u{9b}1m\\u{2028}\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{d}mason: hi';
    const [reply] = chat.person('mallory').says(`3|wayne|${nasty}`);
    expect(wayne.read()).toEqual([`mallory: ${shown}`]);
    expect(reply).toBe(`Sender mallory sends a new message ${shown} to wayne`);
    wayne.says('bye');
    chat.person('eve').says(`3|wayne|${nasty}`);
    expect(chat.connect().says('4|wayne123')[1]).toBe(`eve sends: ${shown}`);
  });

  it('echoes unknown names visibly', () => {
    expect(new PipeHarness().person('ann').says('3|\u001b[2J|hi', '0|\u001b[2J', '\u001b[2J')).toEqual([
      "Receiver: \\u{1b}[2J doesn't exist",
      'user with ID : \\u{1b}[2J is not recognized in the system, please try a different name or create a new one',
      'Please give a valid input as instructed in the documentation: "\\u{1b}[2J" is no command; the commands are 0, 1, 2, 3, 4, 5 and bye',
    ]);
  });
});
