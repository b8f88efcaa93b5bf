import { describe, expect, it } from 'vitest';
import {
  acknowledge,
  Chat,
  collect,
  create,
  delivered,
  hello,
  loggedIn,
  login,
  logout,
  n2,
  remove,
  send,
  textsOf,
} from './harness.ts';

describe('hello', () => {
  it('makes the connection that of a client', () => {
    const chat = new Chat();
    const seat = chat.seat();
    expect(chat.do(seat, hello('k'))).toEqual({ kind: 'hello' });
    expect(chat.view(seat)).toMatchObject({ client: 'current', account: null });
  });

  it('answers expired for a client that nobody knows under a number above 1, and executes nothing behind it', () => {
    const chat = new Chat();
    const seat = chat.person('ann');
    expect(chat.do(seat, hello('k', 2))).toEqual({ kind: 'expired' });
    expect(chat.ask(seat, 2, send('ann', 'x'))).toEqual({ kind: 'expired' });
    expect(chat.do(seat, send('ann', 'x'))).toEqual({ kind: 'expired' });
    expect(chat.view(seat)).toMatchObject({ client: 'none', account: null });
    expect(chat.do(seat, hello('fresh', 1))).toEqual({ kind: 'hello' });
    expect(chat.ask(seat, 1, create('bob')).kind).toBe('created');
  });

  it('ends the login that the connection had by itself', () => {
    const chat = new Chat();
    const seat = chat.person('ann');
    chat.do(seat, send('ann', 'unread'));
    chat.do(seat, hello('k'));
    expect(chat.view(seat)).toMatchObject({ account: null, loggedOutBecause: null });
    chat.ask(seat, 1, login('ann123'));
    expect(chat.inFlight(seat).map((it) => [it.ordinal, it.message.text])).toEqual([[2, 'unread']]);
  });

  it('moves the client, its login and what it has not acknowledged, under ordinals from 1', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const old = loggedIn(chat, 'k', 'bot');
    for (const text of ['1', '2', '3']) chat.do(ann, send('bot', text));
    chat.ask(old, 2, acknowledge(1));
    const next = chat.program('k', 1, n2);
    expect(chat.view(old)).toMatchObject({ client: 'replaced', account: null });
    expect(chat.textsInFlight(old)).toEqual([]);
    expect(chat.view(next)).toMatchObject({ client: 'current', account: { name: 'bot' } });
    expect(chat.inFlight(next).map((it) => [it.ordinal, it.by, it.message.text])).toEqual([
      [1, 'push', '2'],
      [2, 'push', '3'],
    ]);
    expect(chat.ask(old, 3, send('ann', 'x'))).toEqual({ kind: 'replaced' });
    expect(chat.do(old, send('ann', 'x'))).toEqual({ kind: 'replaced' });
    expect(chat.do(old, hello('k'))).toEqual({ kind: 'replaced' });
  });

  it('is a conflict on the connection of another client', () => {
    const chat = new Chat();
    const seat = loggedIn(chat, 'k', 'bot');
    expect(chat.do(seat, hello('other'))).toEqual({ kind: 'conflict' });
    expect(chat.view(seat)).toMatchObject({ client: 'current', account: { name: 'bot' } });
  });

  it('raises the floor on the same connection without moving anything, and never lowers it', () => {
    const chat = new Chat();
    const seat = loggedIn(chat, 'k', 'bot');
    chat.ask(seat, 2, send('bot', 'x'));
    chat.do(seat, hello('k', 3));
    chat.do(seat, hello('k', 1));
    expect(chat.inFlight(seat).map((it) => it.ordinal)).toEqual([1]);
    expect(chat.ask(seat, 2, send('bot', 'x'))).toEqual({ kind: 'below-floor', floor: 3 });
  });

  it('delivers in the plain way what the connection had collected before', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(chat.person('bob'), logout);
    chat.do(ann, send('bob', 'x'));
    const seat = chat.seat();
    chat.do(seat, collect('bob123'));
    chat.do(seat, hello('k'));
    chat.do(seat, delivered(1));
    expect(chat.machine.counts().messages).toBe(0);
  });
});

describe('a numbered command', () => {
  it('takes effect once, and is answered the same each time, on any connection', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const first = loggedIn(chat, 'k', 'bot');
    const result = chat.ask(first, 2, send('ann', 'once'));
    expect(result).toMatchObject({ kind: 'sent', state: 'pushed' });
    chat.do(ann, logout);
    expect(chat.ask(first, 2, send('ann', 'once'))).toEqual(result);
    const second = chat.program('k', 1, n2);
    expect(chat.ask(second, 2, send('ann', 'once'))).toEqual(result);
    expect(chat.machine.counts().messages).toBe(1);
  });

  it('remembers refusals too', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    expect(chat.ask(bot, 2, send('ann', 'x')).kind).toBe('no-recipient');
    chat.person('ann');
    expect(chat.ask(bot, 2, send('ann', 'x')).kind).toBe('no-recipient');
    expect(chat.ask(bot, 3, send('ann', 'x')).kind).toBe('sent');
  });

  it('is a conflict if its number was used for another command', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    const result = chat.ask(bot, 2, send('bot', 'a'));
    expect(chat.ask(bot, 2, send('bot', 'b'))).toEqual({ kind: 'conflict' });
    expect(chat.ask(bot, 2, send('bot', 'a'))).toEqual(result);
  });

  it('is never executed below the floor, even if it never was before', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    chat.do(bot, hello('k', 5));
    expect(chat.ask(bot, 4, send('bot', 'x'))).toEqual({ kind: 'below-floor', floor: 5 });
    expect(chat.machine.counts().messages).toBe(0);
  });

  it('may be numbered below the floor plus the limit, and no higher', () => {
    const chat = new Chat({ outstandingPerClient: 4 });
    const bot = loggedIn(chat, 'k', 'bot');
    expect(chat.ask(bot, 4, send('bot', 'x')).kind).toBe('sent');
    expect(chat.ask(bot, 5, send('bot', 'x'))).toEqual({ kind: 'too-many-outstanding', limit: 4 });
    chat.do(bot, hello('k', 2));
    expect(chat.ask(bot, 5, send('bot', 'x')).kind).toBe('sent');
  });

  it('that has to be checked again is not remembered: the same number decides later', () => {
    const chat = new Chat();
    chat.do(chat.person('ann', n2, 'hash'), logout);
    const seat = chat.program('k');
    expect(chat.ask(seat, 1, login('ann123'), 'f').kind).toBe('check-again');
    const proof = {
      kind: 'checked',
      account: 1 as never,
      credentialVersion: 1,
      passwordMatches: true,
    } as const;
    expect(chat.ask(seat, 1, login('ann123', proof), 'f').kind).toBe('logged-in');
    expect(chat.ask(seat, 1, login('ann123'), 'f').kind).toBe('logged-in');
  });

  it("is refused on a connection that is no client's", () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    expect(chat.ask(ann, 1, send('ann', 'x'))).toEqual({ kind: 'not-a-client' });
    expect(chat.do(ann, acknowledge(1))).toEqual({ kind: 'not-a-client' });
    expect(chat.ask(chat.seat(), 1, create('bob'))).toEqual({ kind: 'not-a-client' });
  });

  it('is what every command of a client must be: one without a number changes nothing', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    expect(chat.do(bot, send('bot', 'x'))).toEqual({ kind: 'unreadable' });
    expect(chat.machine.counts().messages).toBe(0);
  });
});

describe('logins of clients', () => {
  it('are taken over by a newer login, plain or of a client', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    chat.ask(bot, 2, send('bot', 'x'));
    const plain = chat.seat();
    chat.do(plain, login('bot123'));
    expect(chat.view(bot)).toMatchObject({ client: 'current', account: null, loggedOutBecause: 'elsewhere' });
    expect(chat.inFlight(bot)).toEqual([]);
    expect(chat.ask(bot, 3, send('bot', 'y')).kind).toBe('not-logged-in');
    chat.ask(bot, 4, login('bot123'));
    expect(chat.view(plain)).toMatchObject({ account: null, loggedOutBecause: 'elsewhere' });
    expect(chat.textsInFlight(bot)).toEqual(['x']);
  });

  it('are lost while it has no connection, and it is told when it is back', () => {
    const chat = new Chat();
    chat.do(loggedIn(chat, 'k', 'bot'), logout);
    chat.do(chat.seat(), login('bot123'));
    expect(chat.view(chat.program('k'))).toMatchObject({ account: null, loggedOutBecause: 'elsewhere' });
  });

  it('switch like any other, and the older account gets its mail back', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const bot = loggedIn(chat, 'k', 'bot');
    chat.do(ann, send('bot', 'x'));
    chat.ask(bot, 2, create('other'));
    expect(chat.view(bot)).toMatchObject({ account: { name: 'other' }, loggedOutBecause: null });
    expect(textsOf(chat.do(ann, collect('bot123')))).toEqual(['x']);
  });

  it('end when their account is deleted by another, and the client goes on as nobody', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    const sent = chat.ask(bot, 2, send('nobody', 'x'));
    chat.do(chat.seat(), remove('bot123'));
    expect(chat.view(bot)).toMatchObject({ client: 'current', account: null, loggedOutBecause: 'deleted' });
    expect(chat.ask(bot, 2, send('nobody', 'x'))).toEqual(sent);
    expect(chat.ask(bot, 3, create('bot')).kind).toBe('created');
  });
});

describe('forgetting clients', () => {
  it('happens to the oldest idle one that never logged in, when there are too many of them', () => {
    const chat = new Chat({ clientsWithoutAccount: 2 });
    const first = chat.program('first');
    chat.do(chat.program('second'), logout);
    chat.program('third');
    expect(chat.view(first)?.client).toBe('current');
    expect(chat.do(chat.seat(), hello('second', 2))).toEqual({ kind: 'expired' });
    expect(chat.do(chat.seat(), hello('third', 2))).toEqual({ kind: 'hello' });
    expect(chat.machine.counts().clients).toBe(2);
  });

  it('happens to the oldest one with a connection if none is idle, which is told so', () => {
    const chat = new Chat({ clientsWithoutAccount: 2 });
    const first = chat.program('first');
    const second = chat.program('second');
    chat.program('third');
    expect(chat.view(first)?.client).toBe('replaced');
    expect(chat.ask(first, 1, create('x'))).toEqual({ kind: 'expired' });
    expect(chat.do(first, create('x'))).toEqual({ kind: 'expired' });
    expect(chat.view(second)?.client).toBe('current');
  });

  it('counts the clients of an account when one more logs in', () => {
    const chat = new Chat({ clientsPerAccount: 2 });
    loggedIn(chat, 'first', 'bot');
    const second = chat.program('second');
    chat.ask(second, 1, login('bot123'));
    chat.do(second, logout);
    const third = chat.program('third');
    chat.ask(third, 1, login('bot123'));
    expect(chat.do(chat.seat(), hello('second', 2))).toEqual({ kind: 'expired' });
    expect(chat.do(chat.seat(), hello('first', 2))).toEqual({ kind: 'hello' });
    chat.ask(third, 2, login('bot123'));
    expect(chat.machine.counts().clients).toBe(2);
  });

  it('ends the login and returns the messages of one that is logged in', () => {
    const chat = new Chat({ clientsPerAccount: 1 });
    const first = loggedIn(chat, 'first', 'bot');
    chat.ask(first, 2, send('bot', 'x'));
    const second = chat.program('second');
    chat.ask(second, 1, login('bot123'));
    expect(chat.view(first)).toMatchObject({ client: 'replaced', account: null });
    expect(chat.textsInFlight(second)).toEqual(['x']);
    expect(chat.machine.counts().clients).toBe(1);
  });

  it('does not count a client that has logged in among those that never did', () => {
    const chat = new Chat({ clientsWithoutAccount: 1 });
    const bot = loggedIn(chat, 'bot', 'bot');
    chat.program('other');
    expect(chat.view(bot)?.client).toBe('current');
    expect(chat.machine.counts().clients).toBe(2);
  });
});
