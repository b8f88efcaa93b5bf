import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import { PipeHarness } from './pipe-harness.ts';
import type { HarnessNode, Person } from './pipe-harness.ts';

const ID = 'a-client-id-of-22-to-64_chars';
const TIME = '2026-01-31T12:00:00.000Z';
const INVALID = 'Please give a valid input as instructed in the documentation: ';
const created = (name: string): string => `Success New Account Creation! Your new Account ID: ${name}123`;

const client = (chat: PipeHarness, name: string, node: HarnessNode = chat.n1): Person => {
  const program = node.connect();
  program.says(`hello|${name}-${ID}|1`, `#1|1|${name}`);
  return program;
};

describe('certainty', () => {
  it('hello makes the connection that of a client', () => {
    const program = new PipeHarness().connect();
    expect(program.says(`hello|${ID}|1`)).toEqual(['!hello|ok|Hello']);
    expect(program.says('#1|1|ann', '#2|2')).toEqual([
      `#1|ok|${created('ann')}`,
      '#2|ok|Showing all accounts: ann',
    ]);
  });

  it('a tagged hello is answered under its tag, which is not a number of the sequence', () => {
    const program = new PipeHarness().connect();
    expect(program.says(`#x|hello|${ID}|1`, '#1|1|ann')).toEqual(['#x|ok|Hello', `#1|ok|${created('ann')}`]);
  });

  it.each([
    'hello|short|1',
    `hello|${'x'.repeat(65)}|1`,
    `hello|${ID}`,
    `hello|${ID}|1|2`,
    'hello|ä2345678901234567890123|1',
  ])('refuses %s without quoting it', (line) => {
    expect(new PipeHarness().connect().says(line)).toEqual([
      `!hello|invalid|${INVALID}hello takes a client ID of 22 to 64 of A-Z a-z 0-9 _ - and a number, as in hello|clientId|1`,
    ]);
  });

  it.each(['0', '01', '-1', '1.5', 'x', '9007199254740993'])('refuses the number %s', (number) => {
    expect(new PipeHarness().connect().says(`hello|${ID}|${number}`)).toEqual([
      `!hello|invalid|${INVALID}the number of hello is a whole number from 1, as in hello|clientId|1`,
    ]);
  });

  it("a client's commands carry numbers: others are refused", () => {
    const program = client(new PipeHarness(), 'ann');
    const why = `${INVALID}a client's command carries its number, a whole number from 1, as its tag, as in #1|2`;
    expect(program.says('3|ann|hi', '2', '#x|2', '#0|2', '#02|2')).toEqual([
      why,
      why,
      `#x|invalid|${why}`,
      `#0|invalid|${why}`,
      `#02|invalid|${why}`,
    ]);
  });

  it('a number sent again is answered with what happened the first time, on any connection to any node', () => {
    const chat = new PipeHarness();
    const bob = chat.person('bob');
    const program = client(chat, 'ann');
    const first = program.says('#2|3|bob|once');
    expect(program.says('#2|3|bob|once')).toEqual(first);
    const elsewhere = chat.n2.connect();
    elsewhere.says(`hello|ann-${ID}|1`);
    expect(elsewhere.says('#2|3|bob|once')).toEqual(first);
    expect(first).toEqual([
      `#2|+|id=1;at=${TIME};state=pushed`,
      '#2|ok|Sender ann sends a new message once to bob',
    ]);
    expect(bob.read()).toEqual(['ann: once']);
  });

  it('a command whose outcome was in doubt takes effect once', () => {
    const chat = new PipeHarness();
    const bob = chat.person('bob');
    const program = client(chat, 'ann');
    program.sends('#2|3|bob|once\n');
    chat.n1.log.number();
    chat.n1.log.loseQuorum();
    chat.pass(5100);
    expect(program.read()[0]).toMatch(
      /^#2\|unknown\|The service is unavailable, the command may still be carried out: /,
    );
    chat.n1.log.findQuorum(nodeId('n1'));
    expect(program.says('#2|3|bob|once').at(-1)).toBe('#2|ok|Sender ann sends a new message once to bob');
    expect(bob.read()).toEqual(['ann: once']);
  });

  it('a command that was certainly not done may be sent again under its number', () => {
    const chat = new PipeHarness();
    const program = client(chat, 'ann');
    chat.n1.log.refuse('full');
    expect(program.says('#2|3|ann|x')[0]).toMatch(
      /^#2\|unavailable\|The service is unavailable, nothing was done: /,
    );
    chat.n1.log.refuse(null);
    expect(program.says('#2|3|ann|x')[1]).toBe('#2|ok|Sender ann sends a new message x to ann');
  });

  it('numbers need not be contiguous', () => {
    const program = client(new PipeHarness(), 'ann');
    expect(program.says('#9|3|ann|x')[1]).toMatch(/^#9\|ok\|/);
    expect(program.says('#5|3|nobody|x')).toEqual(["#5|not-found|Receiver: nobody doesn't exist"]);
  });

  it('a number used again for another command gets conflict', () => {
    const program = client(new PipeHarness(), 'ann');
    program.says('#2|3|ann|x');
    expect(program.says('#2|3|ann|y').at(-1)).toBe(
      '#2|conflict|This number was used for another command, nothing was done',
    );
  });

  it('a number below the floor is never executed; another hello raises the floor', () => {
    const program = client(new PipeHarness(), 'ann');
    expect(program.says(`hello|ann-${ID}|5`, '#4|3|ann|x')).toEqual([
      '!hello|ok|Hello',
      "#4|below-floor|This number is below the client's lowest open number 5, it is not executed now",
    ]);
  });

  it('a hello that only raises the floor does not push again what is unacknowledged', () => {
    const chat = new PipeHarness();
    const program = client(chat, 'ann');
    chat.person('bob').says('3|ann|1');
    expect(program.read()).toHaveLength(1);
    expect(program.says(`hello|ann-${ID}|2`)).toEqual(['!hello|ok|Hello']);
  });

  it('one connection is of one client', () => {
    const program = client(new PipeHarness(), 'ann');
    expect(program.says(`hello|bob-${ID}|1`, '#2|3|ann|x')).toEqual([
      '!hello|conflict|This connection is of another client already, nothing was done: open a new one',
      `#2|+|id=1;at=${TIME};state=pushed`,
      '#2|ok|Sender ann sends a new message x to ann',
      `@1|ann|${TIME}|x`,
    ]);
  });

  it('too many outstanding numbers get busy', () => {
    const chat = new PipeHarness({}, { outstandingPerClient: 3 });
    const program = client(chat, 'ann');
    expect(program.says('#4|3|ann|x')).toEqual([
      '#4|busy|The service is unavailable, nothing was done: 3 numbers are outstanding already, raise the lowest with another hello',
    ]);
  });

  it('reads are answered anew', () => {
    const chat = new PipeHarness();
    const program = client(chat, 'ann');
    expect(program.says('#2|2')).toEqual(['#2|ok|Showing all accounts: ann']);
    chat.person('bob');
    expect(program.says('#2|2')).toEqual(['#2|ok|Showing all accounts: ann,bob']);
  });

  it('hello moves the client, its login and its unacknowledged messages, and closes the older connection', () => {
    const chat = new PipeHarness();
    const older = client(chat, 'ann');
    const bob = chat.person('bob');
    bob.says('3|ann|hi');
    expect(older.read()).toEqual([`@1|bob|${TIME}|hi`]);
    const newer = chat.n2.connect();
    expect(newer.says(`hello|ann-${ID}|2`)).toEqual(['!hello|ok|Hello', `@1|bob|${TIME}|hi`]);
    expect(older.read()).toEqual(['!replaced|']);
    expect(older.isClosed).toBe(true);
    bob.says('3|ann|there');
    expect(newer.read()).toEqual([`@2|bob|${TIME}|there`]);
  });

  it('a forgotten client gets expired, and nothing it sends is executed', () => {
    const chat = new PipeHarness();
    const program = chat.connect();
    const expired =
      'This client is not known any more, nothing was done: go on with a new client ID, from number 1';
    expect(program.says(`hello|${ID}|7`, '#7|1|ann', '#8|2', '1|ann')).toEqual([
      `!hello|expired|${expired}`,
      `#7|expired|${expired}`,
      `#8|expired|${expired}`,
      expired,
    ]);
    expect(chat.connect().says('2')).toEqual(['Showing all accounts: ']);
  });

  it('nothing behind a hello that failed is executed', () => {
    const chat = new PipeHarness();
    const program = chat.connect();
    chat.n1.log.refuse('full');
    program.sends(`hello|${ID}|1\n`);
    chat.n1.log.refuse(null);
    expect(program.says('#1|1|ann')).toEqual([
      '!hello|unavailable|The service is unavailable, nothing was done: too many commands at once, try again later',
      '#1|unavailable|The service is unavailable, nothing was done: say hello again first, it was not answered with ok',
    ]);
    expect(program.says(`hello|${ID}|1`, '#1|1|ann')).toEqual(['!hello|ok|Hello', `#1|ok|${created('ann')}`]);
  });

  it('6 acknowledges a message and all before it; until then each comes again, under the same ID', () => {
    const chat = new PipeHarness();
    const program = client(chat, 'ann');
    chat.person('bob').says('3|ann|1', '3|ann|2', '3|ann|3');
    expect(program.read()).toHaveLength(3);
    expect(program.says('#2|6|2')).toEqual(['#2|ok|Acknowledged']);
    program.vanishes();
    const again = chat.n2.connect();
    expect(again.says(`hello|ann-${ID}|1`)).toEqual(['!hello|ok|Hello', `@3|bob|${TIME}|3`]);
  });

  it('a login pushes what the mailbox kept, before anything newer', () => {
    const chat = new PipeHarness();
    chat.person('ann').says('bye');
    const bob = chat.person('bob');
    bob.says('3|ann|1', '3|ann|2');
    const program = chat.connect();
    program.sends(`hello|${ID}|1\n#1|0|ann123\n`);
    chat.settle();
    bob.says('3|ann|3');
    expect(program.read()).toEqual([
      '!hello|ok|Hello',
      '#1|ok|user : ann is now logged in',
      `@1|bob|${TIME}|1`,
      `@2|bob|${TIME}|2`,
      `@3|bob|${TIME}|3`,
    ]);
  });

  it('5 is refused while messages are unacknowledged', () => {
    const chat = new PipeHarness();
    const program = client(chat, 'ann');
    chat.person('bob').says('3|ann|1');
    program.read();
    expect(program.says('#2|5|ann123', '#3|6|1', '#4|5|ann123')).toEqual([
      '#2|not-empty|Please check your mailbox before deleting your account!',
      '#3|ok|Acknowledged',
      '#4|ok|Your account has been deleted',
    ]);
  });

  it('notices of a new leader, of a logout and of the end go to clients, and never to plain connections', () => {
    const chat = new PipeHarness();
    const program = client(chat, 'ann');
    const plain = chat.person('bob');
    chat.n1.log.elect(nodeId('n2'));
    chat.settle();
    expect(program.read()).toEqual(['!leader|n2']);
    chat.connect().says('5|ann123');
    expect(program.read()).toEqual(['!logged-out|deleted']);
    chat.n1.service.shutdown();
    chat.settle();
    expect(program.read()).toEqual(['!shutdown|']);
    expect(plain.read()).toEqual([]);
    expect([program.isClosed, plain.isClosed]).toEqual([true, true]);
  });

  it('a repeated login with a password is answered as the first time', () => {
    const chat = new PipeHarness();
    chat.connect().says('1|ann|secret');
    const program = chat.connect();
    program.says(`hello|${ID}|1`);
    expect(
      program.says('#1|0|ann123|wrong', '#1|0|ann123|wrong', '#1|0|ann123|secret', '#2|0|ann123|secret'),
    ).toEqual([
      '#1|not-found|user with ID : ann123 is not recognized in the system, please try a different name or create a new one',
      '#1|not-found|user with ID : ann123 is not recognized in the system, please try a different name or create a new one',
      '#1|conflict|This number was used for another command, nothing was done',
      '#2|ok|user : ann is now logged in',
    ]);
  });
});
