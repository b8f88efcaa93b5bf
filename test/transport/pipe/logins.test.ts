import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

const ELSEWHERE = 'You have been logged out: your account logged in elsewhere';
const FIRST = 'Please create or login your account first';

describe('logins', () => {
  it('a connection is logged in as at most one account: 1 and 0 switch', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne', chat.n2);
    const person = chat.person('ann');
    person.says('1|bob', '3|wayne|from bob', '0|ann123', '3|wayne|from ann');
    expect(wayne.read()).toEqual(['bob: from bob', 'ann: from ann']);
    expect(wayne.says('3|bob|hi')).toEqual(["message from wayne has been delivered to bob's mailbox"]);
  });

  it('a newer login takes over: the older one is told, stays open, and is logged in as nobody', () => {
    const chat = new PipeHarness();
    const older = chat.person('ann');
    const newer = chat.connect();
    expect(newer.says('0|ann123')).toEqual(['user : ann is now logged in']);
    expect(older.read()).toEqual([ELSEWHERE]);
    expect(older.isClosed).toBe(false);
    expect(older.says('3|ann|hi')).toEqual([FIRST]);
    chat.person('bob').says('3|ann|hi');
    expect(newer.read()).toEqual(['bob: hi']);
    expect(older.read()).toEqual([]);
  });

  it('a newer login takes over on another node', () => {
    const chat = new PipeHarness();
    const older = chat.person('ann');
    chat.n2.connect().says('0|ann123');
    expect(older.read()).toEqual([ELSEWHERE]);
  });

  it('tells of each takeover, also when the login went to and fro', () => {
    const chat = new PipeHarness();
    const [a, b] = [chat.person('ann'), chat.connect()];
    b.says('0|ann123');
    expect(a.says('0|ann123')).toEqual([ELSEWHERE, 'user : ann is now logged in']);
    expect(b.says('0|ann123')).toEqual([ELSEWHERE, 'user : ann is now logged in']);
    expect(a.read()).toEqual([ELSEWHERE]);
  });

  it('tells a connection whose account somebody else deleted', () => {
    const chat = new PipeHarness();
    const ann = chat.person('ann');
    expect(chat.connect().says('5|ann123')).toEqual(['Your account has been deleted']);
    expect(ann.read()).toEqual(['You have been logged out: your account has been deleted']);
    expect(ann.says('3|ann|hi')).toEqual([FIRST]);
  });

  it('does not tell those who asked for it', () => {
    const ann = new PipeHarness().person('ann');
    expect(ann.says('5|ann123', '3|ann|hi')).toEqual(['Your account has been deleted', FIRST]);
  });

  it('an empty password is none', () => {
    const chat = new PipeHarness();
    chat.connect().says('1|ann|');
    expect(chat.connect().says('0|ann123|')).toEqual(['user : ann is now logged in']);
  });

  it('an account without a password is open: 4 and 5 work for whoever knows the ID', () => {
    const chat = new PipeHarness();
    chat.person('ann').says('bye');
    const bob = chat.person('bob');
    bob.says('3|ann|hi');
    expect(bob.says('4|ann123', '5|ann123')).toEqual([
      'undelivered message for user ID ann123: ',
      'bob sends: hi',
      'Your account has been deleted',
    ]);
  });

  it('4 and 5 work on an account with a password when logged in as it', () => {
    const chat = new PipeHarness();
    const ann = chat.connect();
    ann.says('1|ann|secret');
    expect(ann.says('4|ann123', '5|ann123')).toEqual(['No new messages', 'Your account has been deleted']);
  });

  it('a listener that is not on loopback makes no open accounts', () => {
    const person = new PipeHarness().connect({ reach: 'network' });
    expect(person.says('1|ann', '1|ann|secret')).toEqual([
      'Please give a valid input as instructed in the documentation: this server makes no accounts without a password, use 1|name|password',
      'Success New Account Creation! Your new Account ID: ann123',
    ]);
  });

  it('unless the configuration says otherwise', () => {
    const person = new PipeHarness({ openAccounts: 'everywhere' }).connect({ reach: 'network' });
    expect(person.says('1|ann')).toEqual(['Success New Account Creation! Your new Account ID: ann123']);
  });

  it('a login whose account changed while the password was checked is checked again', () => {
    const chat = new PipeHarness();
    chat.connect().says('1|ann|old');
    const person = chat.connect();
    person.sends('0|ann123|new\n');
    // The account is deleted and made anew, with another password, before the check is done.
    const other = chat.connect();
    other.sends('0|ann123|old\n5|ann123\n1|ann|new\n');
    const [check] = chat.n1.output.passwords.splice(0, 1);
    chat.settle();
    chat.n1.service.passwordAnswered(check!.job, { kind: 'checked', matches: false });
    chat.settle();
    expect(person.read()).toEqual(['user : ann is now logged in']);
  });

  it('a refused password check is answered as certainly not done', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    person.sends('1|ann|secret\n2\n');
    const [hash] = chat.n1.output.passwords.splice(0, 1);
    chat.n1.service.passwordAnswered(hash!.job, {
      kind: 'refused',
      why: 'too many passwords are being checked, try again',
    });
    chat.settle();
    expect(person.read()).toEqual([
      'The service is unavailable, nothing was done: too many passwords are being checked, try again',
      'Showing all accounts: ',
    ]);
  });
});
