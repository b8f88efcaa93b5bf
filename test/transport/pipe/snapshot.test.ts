import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';
import type { Person } from './pipe-harness.ts';

const ID = 'a-client-id-of-22-to-64_chars';
const TIME = '2026-01-31T12:00:00.000Z';
const NOT_SEEN =
  'The service is unavailable, the command may still be carried out: this node caught up by a snapshot and did not see what became of it';

const program = (chat: PipeHarness, name: string): Person => {
  const person = chat.n1.connect();
  person.says(`hello|${name}-${ID}|1`, `#1|1|${name}`);
  return person;
};

/** The first node's replica jumps ahead, over whatever was submitted there and elsewhere. */
const jump = (chat: PipeHarness): void => {
  chat.n1.log.runUnseen();
  chat.settle();
};

describe('a node that caught up by a snapshot', () => {
  it('answers unknown to a plain command whose result it did not see', () => {
    const chat = new PipeHarness();
    const bob = chat.person('bob');
    const ann = chat.person('ann');
    ann.sends('#x|3|bob|hi\n3|bob|there\n');
    jump(chat);
    expect(ann.read()).toEqual([`#x|unknown|${NOT_SEEN}`, NOT_SEEN]);
    expect(bob.read()).toEqual(['ann: hi', 'ann: there']);
  });

  it("answers a client's numbered commands with their remembered results", () => {
    const chat = new PipeHarness();
    chat.person('bob').says('bye');
    const ann = program(chat, 'ann');
    ann.sends('#2|3|bob|hi\n#3|3|nobody|hi\n#4|4|bob123\n#5|5|nobody123\n');
    jump(chat);
    expect(ann.read()).toEqual([
      `#2|+|id=1;at=${TIME};state=kept`,
      "#2|ok|message from ann has been delivered to bob's mailbox",
      "#3|not-found|Receiver: nobody doesn't exist",
      '#4|+|undelivered message for user ID bob123: ',
      '#4|ok|ann sends: hi',
      '#5|not-found|User Not Found!',
    ]);
  });

  it('answers unknown to a numbered command whose result is not remembered any more', () => {
    const chat = new PipeHarness();
    const ann = program(chat, 'ann');
    ann.sends('#2|3|ann|hi\n');
    chat.n1.log.number();
    const elsewhere = chat.n2.connect();
    elsewhere.sends(`hello|ann-${ID}|9\n`);
    chat.n2.log.run();
    jump(chat);
    expect(ann.read()).toEqual([`#2|unknown|${NOT_SEEN}`, '!replaced|']);
    expect(ann.isClosed).toBe(true);
  });

  it('takes a hello for answered if the state shows the connection as that client’s', () => {
    const chat = new PipeHarness();
    const ann = chat.connect();
    ann.sends(`hello|${ID}|1\n#1|1|ann\n`);
    jump(chat);
    expect(ann.read()).toEqual([
      '!hello|ok|Hello',
      '#1|ok|Success New Account Creation! Your new Account ID: ann123',
    ]);
  });

  it('answers unknown to a hello that the state knows nothing of, and executes nothing behind it', () => {
    const chat = new PipeHarness();
    const ann = chat.connect();
    ann.sends(`hello|${ID}|7\n#7|1|ann\n`);
    jump(chat);
    expect(ann.read()[0]).toBe(`!hello|unknown|${NOT_SEEN}`);
    expect(chat.connect().says('2')).toEqual(['Showing all accounts: ']);
  });

  it('pushes what came in flight while it did not look', () => {
    const chat = new PipeHarness();
    const ann = chat.person('ann');
    chat.n1.log.lag();
    chat.person('bob', chat.n2).says('3|ann|unseen');
    expect(ann.read()).toEqual([]);
    jump(chat);
    expect(ann.read()).toEqual(['bob: unseen']);
  });

  it('tells of a login elsewhere and of a deleted account that it did not see', () => {
    const chat = new PipeHarness();
    const ann = chat.person('ann');
    const carl = program(chat, 'carl');
    chat.n1.log.lag();
    chat.n2.connect().says('0|ann123', '5|carl123');
    expect([...ann.read(), ...carl.read()]).toEqual([]);
    jump(chat);
    expect(ann.read()).toEqual(['You have been logged out: your account logged in elsewhere']);
    expect(carl.read()).toEqual(['!logged-out|deleted']);
  });

  it('has a login that it did not see, and tells the cluster when that connection ends', () => {
    const chat = new PipeHarness();
    const ann = chat.connect();
    ann.sends('1|ann\n');
    jump(chat);
    expect(ann.read()).toEqual([NOT_SEEN]);
    const bob = chat.person('bob', chat.n2);
    bob.says('3|ann|hi');
    expect(ann.read()).toEqual(['bob: hi']);
    ann.vanishes();
    expect(bob.says('3|ann|you there?')).toEqual(["message from bob has been delivered to ann's mailbox"]);
  });

  it('says again what was delivered and which connections are over, if it did not see that come through', () => {
    const chat = new PipeHarness();
    const ann = chat.person('ann');
    const bob = chat.person('bob', chat.n2);
    bob.says('3|ann|hi');
    expect(ann.read()).toEqual(['bob: hi']);
    ann.sends('bye\n');
    chat.n1.turn();
    jump(chat);
    chat.pass(100);
    expect(ann.read()).toEqual(['Goodbye']);
    expect(ann.isClosed).toBe(true);
    expect(bob.says('4|ann123')).toEqual(['No new messages']);
  });
});
