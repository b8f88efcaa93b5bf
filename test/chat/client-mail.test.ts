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

describe("a client's messages", () => {
  it('are delivered by acknowledging, not by the socket', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    const ann = chat.person('ann');
    for (const text of ['1', '2', '3']) chat.do(ann, send('bot', text));
    chat.do(bot, delivered(3));
    expect(chat.textsInFlight(bot)).toEqual(['1', '2', '3']);
    expect(chat.ask(bot, 2, acknowledge(2))).toEqual({ kind: 'acknowledged' });
    expect(chat.textsInFlight(bot)).toEqual(['3']);
    expect(chat.machine.counts().messages).toBe(1);
    expect(chat.ask(bot, 3, acknowledge(1))).toEqual({ kind: 'acknowledged' });
    expect(chat.textsInFlight(bot)).toEqual(['3']);
  });

  it('are pushed at login before anything newer, in one order', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(chat.person('bot'), logout);
    chat.do(ann, send('bot', '1'));
    chat.do(ann, send('bot', '2'));
    const bot = chat.program('k');
    chat.ask(bot, 1, login('bot123'));
    chat.do(ann, send('bot', '3'));
    expect(chat.inFlight(bot).map((it) => [it.ordinal, it.by, it.message.text])).toEqual([
      [1, 'push', '1'],
      [2, 'push', '2'],
      [3, 'push', '3'],
    ]);
  });

  it('are kept while it has no connection, and pushed under the same IDs when it comes back', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const bot = loggedIn(chat, 'k', 'bot');
    chat.do(ann, send('bot', '1'));
    chat.do(bot, logout);
    expect(chat.do(ann, send('bot', '2'))).toMatchObject({ state: 'kept' });
    const back = chat.program('k');
    expect(chat.view(back)?.account?.name).toBe('bot');
    expect(chat.inFlight(back).map((it) => it.message.id)).toEqual([1, 2]);
  });

  it('keep its login over the end of a node', () => {
    const chat = new Chat();
    const seat = chat.program('k', 1, n2);
    chat.ask(seat, 1, create('bot'));
    chat.restart(n2);
    expect(chat.view(chat.program('k'))?.account?.name).toBe('bot');
  });

  it('that went back to the mailbox are not acknowledged by a program that is logged in no more', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    chat.ask(bot, 2, send('bot', 'x'));
    const other = chat.program('l');
    chat.ask(other, 1, login('bot123'));
    expect(chat.ask(bot, 3, acknowledge(1))).toEqual({ kind: 'not-logged-in' });
    expect(chat.textsInFlight(other)).toEqual(['x']);
  });

  it('stop the account from being deleted until they are acknowledged', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    chat.ask(bot, 2, send('bot', 'x'));
    expect(chat.ask(bot, 3, remove('bot123'))).toEqual({ kind: 'mailbox-not-empty' });
    chat.ask(bot, 4, acknowledge(1));
    expect(chat.ask(bot, 5, remove('bot123'))).toEqual({ kind: 'deleted' });
    expect(chat.view(bot)).toMatchObject({ client: 'current', account: null, loggedOutBecause: null });
    expect(chat.ask(bot, 5, remove('bot123'))).toEqual({ kind: 'deleted' });
  });

  it('are pushed when they come back to the mailbox while it is online, and acknowledged apart', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(chat.person('bot'), logout);
    chat.do(ann, send('bot', 'old'));
    const stranger = chat.seat();
    chat.do(stranger, collect('bot123'));
    const bot = chat.program('k');
    chat.ask(bot, 1, login('bot123'));
    chat.do(ann, send('bot', 'new'));
    chat.do(stranger, logout);
    expect(chat.textsInFlight(bot)).toEqual(['new', 'old']);
    chat.ask(bot, 2, acknowledge(2));
    expect(chat.textsInFlight(bot)).toEqual(['old']);
  });

  it("leave alone, when acknowledged, what the connection had collected before it was a client's", () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(chat.person('bob'), logout);
    chat.do(ann, send('bob', 'collected'));
    const seat = chat.seat();
    chat.do(seat, collect('bob123'));
    chat.do(seat, hello('k'));
    chat.ask(seat, 1, create('bot'));
    chat.do(ann, send('bot', 'pushed'));
    chat.ask(seat, 2, acknowledge(2));
    expect(chat.textsInFlight(seat)).toEqual(['collected']);
  });
});

describe('what a client collects', () => {
  function collected(chat: Chat) {
    const ann = chat.person('ann');
    chat.do(chat.person('bob'), logout);
    chat.do(ann, send('bob', '1'));
    chat.do(ann, send('bob', '2'));
    const bot = chat.program('k');
    const result = chat.ask(bot, 1, collect('bob123'));
    return { ann, bot, result };
  }

  it('is given again under the same number, on any connection, until the floor passes it', () => {
    const chat = new Chat();
    const { bot, result } = collected(chat);
    expect(textsOf(result)).toEqual(['1', '2']);
    expect(chat.inFlight(bot)).toEqual([]);
    chat.do(bot, logout);
    const next = chat.program('k', 1, n2);
    expect(chat.ask(next, 1, collect('bob123'))).toEqual(result);
    expect(chat.machine.counts().messages).toBe(2);
    chat.do(next, hello('k', 2));
    expect(chat.machine.counts().messages).toBe(0);
  });

  it('counts as in flight: in the limit of the mailbox, and against deleting the account', () => {
    const chat = new Chat({ mailboxMessages: 2 });
    const { ann, bot } = collected(chat);
    expect(chat.do(ann, send('bob', '3')).kind).toBe('mailbox-full');
    expect(chat.do(ann, remove('bob123')).kind).toBe('mailbox-not-empty');
    expect(chat.ask(bot, 2, remove('bob123')).kind).toBe('mailbox-not-empty');
    chat.do(bot, hello('k', 2));
    expect(chat.ask(bot, 3, remove('bob123')).kind).toBe('deleted');
  });

  it('goes back to the mailbox if the client is forgotten', () => {
    const chat = new Chat({ clientsWithoutAccount: 1 });
    const { ann, bot } = collected(chat);
    chat.do(bot, logout);
    chat.program('other');
    expect(textsOf(chat.do(ann, collect('bob123')))).toEqual(['1', '2']);
  });
});
