import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

describe('delivery', () => {
  it('online means logged in on whichever node', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne', chat.n2);
    expect(chat.person('mason', chat.n1).says('3|wayne|hello')).toEqual([
      'Sender mason sends a new message hello to wayne',
    ]);
    expect(wayne.read()).toEqual(['mason: hello']);
  });

  it('what the socket has taken is delivered: it does not come again', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne');
    chat.person('mason').says('3|wayne|hello');
    expect(wayne.read()).toEqual(['mason: hello']);
    chat.pass(30);
    wayne.vanishes();
    expect(chat.connect().says('4|wayne123')).toEqual(['No new messages']);
  });

  it('what the socket has not taken goes back to the mailbox when the connection ends, in its old order and in front', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne');
    wayne.stopsReading();
    const mason = chat.person('mason');
    mason.says('3|wayne|1', '3|wayne|2');
    chat.pass(30);
    wayne.vanishes();
    mason.says('3|wayne|3');
    expect(chat.connect().says('4|wayne123')).toEqual([
      'undelivered message for user ID wayne123: ',
      'mason sends: 1',
      'mason sends: 2',
      'mason sends: 3',
    ]);
  });

  it('what 4 returns is in flight until the socket has taken it', () => {
    const chat = new PipeHarness();
    chat.person('wayne').says('bye');
    chat.person('mason').says('3|wayne|hi');
    const first = chat.connect();
    first.stopsReading();
    expect(first.says('4|wayne123')).toHaveLength(2);
    first.vanishes();
    const second = chat.connect();
    expect(second.says('4|wayne123')).toHaveLength(2);
    chat.pass(30);
    second.vanishes();
    expect(chat.connect().says('4|wayne123')).toEqual(['No new messages']);
  });

  it('a node that starts again shows nobody what was in flight to the connections of its dead process', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne', chat.n2);
    wayne.stopsReading();
    const mason = chat.person('mason');
    mason.says('3|wayne|secret');
    const again = chat.restart(chat.n2);
    const stranger = again.connect();
    mason.says('3|wayne|another');
    chat.connect().says('0|wayne123');
    expect(stranger.read()).toEqual([]);
    again.log.begin();
    chat.settle();
    stranger.says('1|zoe');
    mason.says('3|zoe|hi');
    expect(stranger.read()).toEqual(['mason: hi']);
    expect(chat.connect().says('4|wayne123')).toEqual([
      'undelivered message for user ID wayne123: ',
      'mason sends: secret',
      'mason sends: another',
    ]);
  });

  it('what a node had in flight returns to the mailboxes with the end of its incarnation', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne', chat.n2);
    wayne.stopsReading();
    const mason = chat.person('mason');
    mason.says('3|wayne|hello');
    chat.n2.log.endIncarnation();
    chat.settle();
    expect(mason.says('4|wayne123')).toEqual([
      'undelivered message for user ID wayne123: ',
      'mason sends: hello',
    ]);
  });

  it("one sender's messages pushed on one connection are in order", () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne', chat.n2);
    const texts = Array.from({ length: 200 }, (_, i) => `${i}`);
    chat.person('mason').says(...texts.map((text) => `3|wayne|${text}`));
    expect(wayne.read()).toEqual(texts.map((text) => `mason: ${text}`));
  });

  it('newer messages may be pushed before what 4 has not asked for', () => {
    const chat = new PipeHarness();
    chat.person('wayne').says('bye');
    const mason = chat.person('mason');
    mason.says('3|wayne|old');
    const wayne = chat.connect();
    wayne.says('0|wayne123');
    mason.says('3|wayne|new');
    expect(wayne.read()).toEqual(['mason: new']);
    expect(wayne.says('4|wayne123')).toEqual([
      'undelivered message for user ID wayne123: ',
      'mason sends: old',
    ]);
  });

  it('for 5, mail in flight to the connection that sends it counts as read', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne');
    chat.person('mason').says('3|wayne|hello');
    expect(wayne.says('5|wayne123')).toEqual(['mason: hello', 'Your account has been deleted']);
  });

  it('deliveries are gathered: a thousand messages cost a few commands', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne', chat.n2);
    const mason = chat.person('mason', chat.n1);
    const before = chat.cluster.applied;
    for (let i = 0; i < 1000; i += 1) mason.says(`3|wayne|${i}`);
    chat.pass(50);
    expect(wayne.read()).toHaveLength(1000);
    expect(chat.cluster.applied - before).toBe(1001);
  });

  it('mail that was written but is not known as delivered is, before a switch of accounts', () => {
    const chat = new PipeHarness();
    chat.person('wayne').says('bye');
    chat.person('mason').says('3|wayne|hi');
    const person = chat.connect();
    expect(person.says('0|wayne123', '4|wayne123', '1|other', '4|wayne123')).toEqual([
      'user : wayne is now logged in',
      'undelivered message for user ID wayne123: ',
      'wayne sends: hi'.replace('wayne', 'mason'),
      'Success New Account Creation! Your new Account ID: other123',
      'No new messages',
    ]);
  });

  it('pushes to a socket that takes nothing stop at a limit, and go on when it takes again', () => {
    const chat = new PipeHarness({ maxBufferedBytes: 1000 });
    const wayne = chat.person('wayne');
    wayne.stopsReading();
    const texts = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(90, '.'));
    chat.person('mason').says(...texts.map((text) => `3|wayne|${text}`));
    const held = wayne.read();
    expect(held.length).toBeGreaterThan(5);
    expect(held.length).toBeLessThan(15);
    wayne.readsAgain();
    expect([...held, ...wayne.read()]).toEqual(texts.map((text) => `mason: ${text}`));
  });

  it('a socket that takes nothing for long is closed, and its mail kept', () => {
    const chat = new PipeHarness({ stalledAfterMs: 1000 });
    const wayne = chat.person('wayne');
    wayne.stopsReading();
    chat.person('mason').says('3|wayne|hello');
    chat.pass(1100);
    expect(wayne.isClosed).toBe(true);
    expect(chat.connect().says('4|wayne123')).toHaveLength(2);
  });

  it('a push does not get lost because a snapshot hid the moment of its sending', () => {
    const chat = new PipeHarness();
    const wayne = chat.person('wayne');
    const mason = chat.person('mason');
    mason.sends('3|wayne|hello\n');
    chat.n1.log.runUnseen();
    chat.settle();
    expect(wayne.read()).toEqual(['mason: hello']);
    expect(mason.read()).toEqual([
      'The service is unavailable, the command may still be carried out: this node caught up by a snapshot and did not see what became of it',
    ]);
  });

  it('what a collect took whose reply was never seen is pushed instead', () => {
    const chat = new PipeHarness();
    chat.person('wayne').says('bye');
    const mason = chat.person('mason');
    mason.says('3|wayne|kept');
    const wayne = chat.connect();
    wayne.says('0|wayne123');
    wayne.sends('4|wayne123\n');
    chat.n1.log.runUnseen();
    chat.settle();
    mason.says('3|wayne|new');
    expect(wayne.read()).toEqual([
      expect.stringContaining('may still be carried out'),
      'mason: kept',
      'mason: new',
    ]);
    chat.pass(30);
    wayne.vanishes();
    expect(mason.says('4|wayne123')).toEqual(['No new messages']);
  });
});
