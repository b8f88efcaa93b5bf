import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import { PipeHarness } from './pipe-harness.ts';

const NOTHING = 'The service is unavailable, nothing was done: ';
const PERHAPS = 'The service is unavailable, the command may still be carried out: ';
const created = (name: string): string => `Success New Account Creation! Your new Account ID: ${name}123`;

describe('without a quorum', () => {
  it('a command waits, and is carried out once when there is one again', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    chat.n1.log.loseQuorum();
    person.sends('1|ann\n');
    chat.pass(4900);
    expect(person.read()).toEqual([]);
    chat.n1.log.findQuorum(nodeId('n2'));
    chat.settle();
    expect(person.read()).toEqual([created('ann')]);
  });

  it('unavailable: a command that the log gives back was certainly not done', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    chat.n1.log.loseQuorum();
    person.sends('1|ann\n');
    chat.pass(5100);
    expect(person.read()).toEqual([`${NOTHING}no leader could be reached within 5 s`]);
    chat.n1.log.findQuorum(nodeId('n1'));
    expect(person.says('2')).toEqual(['Showing all accounts: ']);
  });

  it('unknown: a command that is numbered may still be carried out, and then is', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    person.sends('1|ann\n');
    chat.n1.log.number();
    chat.n1.log.loseQuorum();
    chat.pass(5100);
    expect(person.read()).toEqual([`${PERHAPS}no leader could be reached within 5 s`]);
    chat.n1.log.findQuorum(nodeId('n1'));
    chat.settle();
    expect(person.read()).toEqual([]);
    expect(person.says('2', '3|ann|hi')).toEqual([
      'Showing all accounts: ann',
      'Sender ann sends a new message hi to ann',
      'ann: hi',
    ]);
  });

  it('each of several commands is answered with its own certainty, in order', () => {
    const chat = new PipeHarness();
    const person = chat.person('ann');
    person.sends('3|ann|1\n');
    chat.n1.log.number();
    chat.n1.log.loseQuorum();
    person.sends('3|ann|2\n2\n3|ann|3\n');
    chat.pass(5100);
    const why = 'no leader could be reached within 5 s';
    expect(person.read()).toEqual([
      `${PERHAPS}${why}`,
      `${NOTHING}${why}`,
      `${NOTHING}${why}`,
      `${NOTHING}${why}`,
    ]);
  });

  it('what a client sent behind a command that was not done is not done either: sent again, it keeps its order', () => {
    const chat = new PipeHarness();
    chat.person('wayne').says('bye');
    const program = chat.connect();
    program.says('hello|a-client-id-of-22-to-64_chars|1', '#1|1|ann');
    chat.n1.log.loseQuorum();
    program.sends('#2|3|wayne|1\n');
    chat.pass(4000);
    program.sends('#3|3|wayne|2\n#4|4|wayne123\n');
    chat.pass(1100);
    chat.n1.log.findQuorum(nodeId('n1'));
    chat.settle();
    expect(program.read().filter((line) => line.startsWith('#'))).toEqual([
      `#2|unavailable|${NOTHING}no leader could be reached within 5 s`,
      `#3|unavailable|${NOTHING}a command before it was not carried out in time, send them again in their order`,
      `#4|unavailable|${NOTHING}a command before it was not carried out in time, send them again in their order`,
    ]);
    program.says('#2|3|wayne|1', '#3|3|wayne|2');
    expect(chat.connect().says('4|wayne123')).toEqual([
      'undelivered message for user ID wayne123: ',
      'ann sends: 1',
      'ann sends: 2',
    ]);
  });

  it('a command behind one in doubt goes on', () => {
    const chat = new PipeHarness();
    const person = chat.person('ann');
    person.sends('3|ann|1\n');
    chat.n1.log.number();
    chat.n1.log.loseQuorum();
    chat.pass(3000);
    person.sends('2\n');
    chat.pass(2100);
    expect(person.read()).toHaveLength(1);
    chat.n1.log.findQuorum(nodeId('n1'));
    chat.pass(10);
    expect(person.read()).toEqual(['ann: 1', 'Showing all accounts: ann']);
  });

  it('a list is answered as not done', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    chat.n1.log.loseQuorum();
    person.sends('2\n#x|2|a.*\n');
    chat.pass(5100);
    expect(person.read()).toEqual([
      `${NOTHING}no leader could be reached within 5 s`,
      `#x|unavailable|${NOTHING}no leader could be reached within 5 s`,
    ]);
  });

  it('a read that fails is asked again', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    chat.n1.log.loseQuorum();
    person.sends('2\n');
    chat.pass(100);
    chat.n1.log.findQuorum(nodeId('n1'));
    chat.pass(10);
    expect(person.read()).toEqual(['Showing all accounts: ']);
  });

  it('with a leader that does not answer, the reason says so', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    chat.n1.log.loseQuorum();
    chat.n1.log.elect(nodeId('n2'));
    person.sends('1|ann\n');
    chat.pass(5100);
    expect(person.read()).toEqual([`${NOTHING}the cluster did not answer within 5 s`]);
  });

  it('bye says Goodbye all the same', () => {
    const chat = new PipeHarness();
    const person = chat.person('ann');
    chat.n1.log.loseQuorum();
    person.sends('bye\n');
    chat.pass(5100);
    expect(person.read()).toEqual(['Goodbye']);
    expect(person.isClosed).toBe(true);
    chat.n1.log.findQuorum(nodeId('n1'));
    expect(chat.person('bob').says('3|ann|hi')).toEqual([
      "message from bob has been delivered to ann's mailbox",
    ]);
  });

  it('end of input is answered, and the logout told when there is a quorum again', () => {
    const chat = new PipeHarness();
    const person = chat.person('ann');
    chat.n1.log.refuse('full');
    person.sends('3|ann|hi\n');
    person.endsInput();
    chat.pass(5100);
    expect(person.read()).toEqual([`${NOTHING}too many commands at once, try again later`]);
    expect(person.isClosed).toBe(true);
    chat.n1.log.refuse(null);
    chat.pass(10);
    expect(chat.person('bob').says('3|ann|hi')).toEqual([
      "message from bob has been delivered to ann's mailbox",
    ]);
  });

  it('a password that takes too long to hash', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    person.sends('1|ann|secret\n');
    const [job] = chat.n1.output.passwords.splice(0);
    chat.pass(5100);
    expect(person.read()).toEqual([`${NOTHING}the cluster did not answer within 5 s`]);
    chat.n1.service.passwordAnswered(job!.job, { kind: 'hashed', passwordHash: 'late' });
    chat.settle();
    expect(person.says('2')).toEqual(['Showing all accounts: ']);
  });
});

describe('too much at once', () => {
  it('a full log and a stopping node refuse: certainly not done', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    chat.n1.log.refuse('full');
    expect(person.says('1|ann', '#1|1|ann')).toEqual([
      `${NOTHING}too many commands at once, try again later`,
      `#1|unavailable|${NOTHING}too many commands at once, try again later`,
    ]);
    chat.n1.log.refuse('stopping');
    expect(person.says('1|ann')).toEqual([`${NOTHING}this node is shutting down`]);
  });
});

describe('the end of an incarnation', () => {
  it('closes all connections; what was void is answered as certainly not done, what is in doubt when it is known', () => {
    const chat = new PipeHarness();
    const idle = chat.person('idle');
    const person = chat.person('ann');
    person.sends('3|ann|numbered\n');
    chat.n1.log.number();
    person.sends('3|ann|waiting\n');
    chat.n1.log.endIncarnation();
    expect(idle.isClosed).toBe(true);
    expect(person.isClosed).toBe(false);
    chat.n1.log.voidAll();
    chat.settle();
    const why = 'this node lost touch with the others, try again';
    expect(person.read()).toEqual([`${NOTHING}${why}`, `${NOTHING}${why}`]);
    expect(person.isClosed).toBe(true);
  });

  it('new connections are served under the next one', () => {
    const chat = new PipeHarness();
    chat.person('ann');
    chat.n1.log.endIncarnation();
    const early = chat.connect();
    early.sends('0|ann123\n');
    chat.n1.log.begin();
    chat.settle();
    expect(early.read()).toEqual(['user : ann is now logged in']);
    expect(chat.person('bob').says('3|ann|hi')).toEqual(['Sender bob sends a new message hi to ann']);
    expect(early.read()).toEqual(['bob: hi']);
  });
});

describe('a shutdown', () => {
  it('answers what was taken, logs off and closes; new connections are refused', () => {
    const chat = new PipeHarness();
    const ann = chat.person('ann');
    ann.sends('3|ann|last\n');
    chat.n1.service.shutdown();
    const late = chat.n1.knock();
    expect(late.read()).toEqual([`${NOTHING}this node is shutting down`]);
    chat.settle();
    expect(ann.read()).toEqual(['Sender ann sends a new message last to ann', 'ann: last']);
    expect(ann.isClosed).toBe(true);
    expect(chat.n1.service.isIdle).toBe(true);
  });
});
