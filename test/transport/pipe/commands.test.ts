import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

describe('the original commands', () => {
  it('greets', () => {
    const person = new PipeHarness().n1.knock();
    expect(person.readRaw()).toBe(
      'To get started on this chat room, please create or login your account first and type command as instructed in the documentation\n',
    );
  });

  it('1|name makes an account', () => {
    const person = new PipeHarness().connect();
    expect(person.says('1|name')).toEqual(['Success New Account Creation! Your new Account ID: name123']);
  });

  it('1|name|password makes an account that needs its password', () => {
    const chat = new PipeHarness();
    expect(chat.connect().says('1|ann|pass|word ')).toEqual([
      'Success New Account Creation! Your new Account ID: ann123',
    ]);
    const refused =
      'user with ID : ann123 is not recognized in the system, please try a different name or create a new one';
    expect(chat.connect().says('0|ann123')).toEqual([refused]);
    expect(chat.connect().says('0|ann123|pass')).toEqual([refused]);
    expect(chat.connect().says('0|ann123|pass|word ')).toEqual(['user : ann is now logged in']);
  });

  it('1|name of a taken name', () => {
    const chat = new PipeHarness();
    chat.person('name');
    expect(chat.connect().says('1|name')).toEqual([
      'Username name already exists. Please try a different username.',
    ]);
  });

  it('1|name logs the connection in', () => {
    const chat = new PipeHarness();
    const ann = chat.person('ann');
    expect(ann.says('3|ann|to myself')).toEqual([
      'Sender ann sends a new message to myself to ann',
      'ann: to myself',
    ]);
  });

  it('0|id logs in', () => {
    const chat = new PipeHarness();
    chat.person('Name');
    expect(chat.connect().says('0|name123')).toEqual(['user : Name is now logged in']);
  });

  it('0|id of nobody', () => {
    expect(new PipeHarness().connect().says('0|id')).toEqual([
      'user with ID : id is not recognized in the system, please try a different name or create a new one',
    ]);
  });

  it('2 and 2| list every username in order of creation', () => {
    const chat = new PipeHarness();
    chat.person('mason');
    chat.person('wayne');
    chat.person('Abel');
    expect(chat.connect().says('2', '2|')).toEqual([
      'Showing all accounts: mason,wayne,Abel',
      'Showing all accounts: mason,wayne,Abel',
    ]);
  });

  it('2 without accounts: nothing after the colon and blank', () => {
    expect(new PipeHarness().connect().says('2')).toEqual(['Showing all accounts: ']);
  });

  it('2|pattern gives the names that match, joined by commas', () => {
    const chat = new PipeHarness();
    for (const name of ['mason', 'wayne', 'jason']) chat.person(name);
    expect(chat.connect().says('2|m.son', '2|.ason')).toEqual([
      'Account matched: mason',
      'Account matched: mason,jason',
    ]);
  });

  it('2|pattern that matches nobody', () => {
    expect(new PipeHarness().connect().says('2|pattern')).toEqual([
      "Account matched to: pattern doesn't exist",
    ]);
  });

  it('3 to somebody online', () => {
    const chat = new PipeHarness();
    const mason = chat.person('mason');
    const wayne = chat.person('wayne', chat.n2);
    expect(mason.says('3|wayne|hello')).toEqual(['Sender mason sends a new message hello to wayne']);
    expect(wayne.read()).toEqual(['mason: hello']);
  });

  it('3 to an account ID, and a text with bars', () => {
    const chat = new PipeHarness();
    const mason = chat.person('mason');
    const wayne = chat.person('wayne');
    expect(mason.says('3|wayne123|a|b||c|')).toEqual(['Sender mason sends a new message a|b||c| to wayne']);
    expect(wayne.read()).toEqual(['mason: a|b||c|']);
  });

  it('3 to somebody offline', () => {
    const chat = new PipeHarness();
    chat.person('wayne').says('bye');
    expect(chat.person('mason').says('3|wayne|hi')).toEqual([
      "message from mason has been delivered to wayne's mailbox",
    ]);
  });

  it('3 to nobody', () => {
    expect(new PipeHarness().person('mason').says('3|wayne|hi')).toEqual(["Receiver: wayne doesn't exist"]);
  });

  it('3 without being logged in', () => {
    const chat = new PipeHarness();
    chat.person('wayne');
    expect(chat.connect().says('3|wayne|hi')).toEqual(['Please create or login your account first']);
  });

  it('4 reads what was kept while offline', () => {
    const chat = new PipeHarness();
    chat.person('mason').says('bye');
    chat.person('wayne').says('3|mason|hi', '3|mason|there');
    const mason = chat.connect();
    mason.says('0|mason123');
    expect(mason.says('4|mason123')).toEqual([
      'undelivered message for user ID mason123: ',
      'wayne sends: hi',
      'wayne sends: there',
    ]);
    expect(mason.says('4|mason123')).toEqual(['No new messages']);
  });

  it('4 where nothing was kept', () => {
    const chat = new PipeHarness();
    chat.person('mason');
    expect(chat.connect().says('4|mason123')).toEqual(['No new messages']);
  });

  it('4 of nobody', () => {
    expect(new PipeHarness().connect().says('4|nobody123')).toEqual(['User not Found']);
  });

  it('5 deletes the account', () => {
    const chat = new PipeHarness();
    expect(chat.person('mason').says('5|mason123', '2')).toEqual([
      'Your account has been deleted',
      'Showing all accounts: ',
    ]);
  });

  it('5 of an account whose mailbox is not empty', () => {
    const chat = new PipeHarness();
    chat.person('mason').says('bye');
    const wayne = chat.person('wayne');
    wayne.says('3|mason|hi');
    expect(wayne.says('5|mason123')).toEqual(['Please check your mailbox before deleting your account!']);
  });

  it('5 of nobody', () => {
    expect(new PipeHarness().connect().says('5|nobody123')).toEqual(['User Not Found!']);
  });

  it('4 and 5 on an account with a password, not logged in as it', () => {
    const chat = new PipeHarness();
    chat.connect().says('1|mason|secret');
    expect(chat.connect().says('4|mason123', '5|mason123')).toEqual([
      'Please login as this account first',
      'Please login as this account first',
    ]);
  });

  it('bye says Goodbye and closes; the account and its mailbox stay', () => {
    const chat = new PipeHarness();
    const mason = chat.person('mason');
    expect(mason.says('bye')).toEqual(['Goodbye']);
    expect(mason.isClosed).toBe(true);
    chat.person('wayne').says('3|mason|hi');
    expect(chat.connect().says('4|mason123')).toEqual([
      'undelivered message for user ID mason123: ',
      'wayne sends: hi',
    ]);
  });

  it('bye of somebody who never logged in', () => {
    const person = new PipeHarness().connect();
    expect(person.says('bye', '2')).toEqual(['Goodbye']);
    expect(person.isClosed).toBe(true);
  });

  it.each([
    ['', 'the line is empty'],
    ['7', '"7" is no command; the commands are 0, 1, 2, 3, 4, 5 and bye'],
    ['hallo', '"hallo" is no command; the commands are 0, 1, 2, 3, 4, 5 and bye'],
    ['hello', '"hello" is no command; the commands are 0, 1, 2, 3, 4, 5 and bye'],
    ['1', 'the name is missing, as in 1|name or 1|name|password'],
    ['1|', 'the name is missing, as in 1|name or 1|name|password'],
    ['0|', 'the account ID is missing, as in 0|id or 0|id|password'],
    ['3', 'the recipient is missing, as in 3|to|text'],
    ['3||x', 'the recipient is missing, as in 3|to|text'],
    ['3|wayne', 'the text is missing, as in 3|to|text'],
    ['3|wayne|', 'the text is missing, as in 3|to|text'],
    ['4', 'the account ID is missing, as in 4|id'],
    ['4|a|b', '4 takes one field, as in 4|id'],
    ['5|', 'the account ID is missing, as in 5|id'],
    ['6|x', '6 takes the ID of a message, a whole number, as in 6|42'],
    ['bye|now', 'bye stands alone'],
    ['|x', 'the command is missing before the first |'],
    ['#|2', 'a tag is # and 1 to 64 of A-Z a-z 0-9 _ - and a |, as in #7|2'],
  ])('anything else: %s', (line, why) => {
    expect(new PipeHarness().connect().says(line)).toEqual([
      `Please give a valid input as instructed in the documentation: ${why}`,
    ]);
  });

  it('stays usable after an error', () => {
    expect(new PipeHarness().connect().says('nonsense', '2')[1]).toBe('Showing all accounts: ');
  });
});
