import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';

const created = (name: string): string => `Success New Account Creation! Your new Account ID: ${name}123`;

describe('the original client', () => {
  it('sends a command as one bare write with no newline, and waits', () => {
    const chat = new PipeHarness();
    const client = chat.connect();
    client.sends('1|mason');
    chat.pass(30);
    expect(client.read()).toEqual([]);
    chat.pass(20);
    expect(client.read()).toEqual([created('mason')]);
    client.sends('2');
    chat.pass(50);
    expect(client.read()).toEqual(['Showing all accounts: mason']);
  });

  it('bytes that arrive within the pause belong together', () => {
    const chat = new PipeHarness();
    const client = chat.connect();
    client.sends('1|ma');
    chat.pass(30);
    client.sends('son');
    chat.pass(30);
    expect(client.read()).toEqual([]);
    chat.pass(20);
    expect(client.read()).toEqual([created('mason')]);
  });

  it('is not told from a framed one by a silence of the node, which has the rest of the line to read yet', () => {
    const chat = new PipeHarness();
    const client = chat.connect();
    client.sends('1|ma');
    chat.nowMs += 500;
    chat.n1.service.tick();
    chat.settle();
    client.sends('son\n');
    chat.settle();
    expect(client.read()).toEqual([created('mason')]);
  });

  it('is answered though it read nothing for a while and its command had to wait', () => {
    for (const waits of [10, 30, 45, 60, 100]) {
      const chat = new PipeHarness({ maxBufferedBytes: 60 });
      const client = chat.connect();
      client.sends('1|mason');
      chat.pass(60);
      client.stopsReading();
      for (client.sends('2'); !client.isPaused; client.sends('2')) chat.pass(60);
      chat.pass(waits);
      client.readsAgain();
      client.read();
      chat.pass(1_000);
      expect(client.read(), `after ${waits} ms`).toEqual(['Showing all accounts: mason']);
    }
  });

  it('is not taken for silent while the node does not read it', () => {
    const chat = new PipeHarness({ maxBufferedBytes: 40 });
    const client = chat.connect();
    client.sends('1|mason');
    chat.pass(60);
    client.stopsReading();
    client.sends('2');
    chat.pass(60);
    client.sends('2');
    chat.pass(60);
    client.sends('1|ma');
    expect(client.isPaused).toBe(true);
    chat.pass(100);
    client.readsAgain();
    client.sends('ria');
    chat.pass(100);
    expect(client.read().at(-1)).toBe(created('maria'));
  });

  it('is unframed until a newline is seen; from then on it is framed for good', () => {
    const chat = new PipeHarness();
    const client = chat.connect();
    client.sends('1|mason');
    chat.pass(50);
    client.sends('2\n2');
    chat.pass(500);
    expect(client.read()).toEqual([created('mason'), 'Showing all accounts: mason']);
    client.sends('\n');
    chat.settle();
    expect(client.read()).toEqual(['Showing all accounts: mason']);
  });

  it('a framed client whose later line stalls is not misread', () => {
    const chat = new PipeHarness();
    const client = chat.connect();
    client.says('2');
    client.sends('1|ma');
    chat.pass(500);
    client.sends('son\n');
    chat.settle();
    expect(client.read()).toEqual([created('mason')]);
  });

  it('its first bytes are one command when input ends', () => {
    const client = new PipeHarness().connect();
    client.sends('1|mason');
    client.endsInput();
    expect(client.read()).toEqual([created('mason')]);
  });

  it('unframedAfterMs 0 ends the guessing, and so does a listener that frames', () => {
    const chat = new PipeHarness({ unframedAfterMs: 0 });
    const plain = chat.connect();
    const other = new PipeHarness();
    const framed = other.connect({ framing: 'lines' });
    plain.sends('2');
    framed.sends('2');
    chat.pass(1000);
    other.pass(1000);
    expect([...plain.read(), ...framed.read()]).toEqual([]);
  });

  it('reads only ASCII: other characters are replaced', () => {
    const chat = new PipeHarness();
    const client = chat.connect();
    client.sends('1|mason');
    chat.pass(50);
    chat.person('wayne').says('3|mason|Grüße 👋');
    expect(client.read()).toEqual([created('mason'), 'wayne: Gr??e ?']);
  });

  it('says bye by a half-close, and is offline then', () => {
    const chat = new PipeHarness();
    const client = chat.connect();
    client.sends('1|mason');
    chat.pass(50);
    client.endsInput();
    expect(client.isClosed).toBe(true);
    expect(chat.person('wayne').says('3|mason|hi')).toEqual([
      "message from wayne has been delivered to mason's mailbox",
    ]);
  });
});
