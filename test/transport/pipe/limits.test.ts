import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

describe('limits', () => {
  it('a line that is too long has one error, is skipped to its newline, and the connection stays usable', () => {
    const chat = new PipeHarness({ maxLineBytes: 100 });
    const person = chat.connect();
    for (let i = 0; i < 1000; i += 1) person.sends('x'.repeat(100));
    chat.settle();
    expect(person.says('', '2')).toEqual([
      'Please give a valid input as instructed in the documentation: the line is longer than 100 bytes',
      'Showing all accounts: ',
    ]);
  });

  it('a line that is not UTF-8', () => {
    const chat = new PipeHarness();
    const person = chat.connect();
    person.sends(new Uint8Array([0x33, 0x7c, 0xff, 0xfe, 0x0a]));
    expect(person.says('2')).toEqual([
      'Please give a valid input as instructed in the documentation: the line is not valid UTF-8',
      'Showing all accounts: ',
    ]);
  });

  it('a full mailbox', () => {
    const chat = new PipeHarness({}, { mailboxMessages: 1 });
    chat.person('wayne').says('bye');
    expect(chat.person('mason').says('3|wayne|1', '3|wayne|2', '2')).toEqual([
      "message from mason has been delivered to wayne's mailbox",
      'The mailbox of wayne is full (1 messages), nothing was sent',
      'Showing all accounts: wayne,mason',
    ]);
  });

  it('a chat that has reached its bytes takes no messages and accounts, and everything that empties it', () => {
    const chat = new PipeHarness({}, { stateBytes: 60_000 });
    chat.person('wayne').says('bye');
    const mason = chat.person('mason');
    let reply: string | undefined;
    do reply = mason.says(`3|wayne|${'x'.repeat(1_000)}`)[0];
    while (reply === "message from mason has been delivered to wayne's mailbox");
    const full = 'The service is full (60000 bytes), nothing was done';
    expect(reply).toBe(full);
    expect(mason.says('#x|3|wayne|hi', '1|john')).toEqual([`#x|full|${full}`, full]);
    expect(mason.says('4|wayne123')[0]).toBe('undelivered message for user ID wayne123: ');
    chat.pass(100);
    expect(mason.says('3|wayne|hi')).toEqual(["message from mason has been delivered to wayne's mailbox"]);
  });

  it('too many commands a second', () => {
    const chat = new PipeHarness({ commandsPerSecond: 10, commandBurst: 2 });
    const person = chat.connect();
    expect(person.says('2', '2', '2')[2]).toBe(
      'The service is unavailable, nothing was done: this connection sends more than 10 commands a second',
    );
    chat.pass(100);
    expect(person.says('2')).toEqual(['Showing all accounts: ']);
  });

  it('a connection with many open requests is not read until some are answered', () => {
    const chat = new PipeHarness({ maxPipelined: 4 });
    const mason = chat.person('mason');
    mason.sends('3|nobody|x\n'.repeat(10));
    expect(chat.n1.log.open).toBe(4);
    expect(mason.isPaused).toBe(true);
    chat.settle();
    expect(mason.isPaused).toBe(false);
    expect(mason.read()).toHaveLength(10);
  });

  it('a connection that does not read its replies is not read', () => {
    const chat = new PipeHarness({ maxBufferedBytes: 1000 });
    const mason = chat.person('mason');
    mason.stopsReading();
    for (let i = 0; i < 100; i += 1) {
      mason.sends('3|nobody|x\n');
      chat.settle();
    }
    expect(mason.isPaused).toBe(true);
    expect(mason.read().length).toBeLessThan(50);
    mason.readsAgain();
    expect(mason.isPaused).toBe(false);
  });

  it('too many connections are refused with one clear line', () => {
    const chat = new PipeHarness({ maxConnections: 3, maxConnectionsPerAddress: 2 });
    chat.n1.connect({}, '10.0.0.1');
    const second = chat.n1.connect({}, '10.0.0.1');
    const third = chat.n1.knock({}, '10.0.0.1');
    expect(third.read()).toEqual([
      'The service is unavailable, nothing was done: your address has 2 connections to this node already',
    ]);
    expect(third.isClosed).toBe(true);
    chat.n1.connect({}, '10.0.0.2');
    expect(chat.n1.knock({}, '10.0.0.3').read()).toEqual([
      'The service is unavailable, nothing was done: this node has 3 connections already, try another node or later',
    ]);
    second.says('bye');
    chat.n1.connect({}, '10.0.0.1');
  });
});
