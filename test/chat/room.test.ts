import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recomputeBytes } from '../../src/chat/state/recompute-hash.ts';
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
  remove,
  send,
  type Seat,
} from './harness.ts';
import { Fitter } from './fitter.ts';
import { randomLog, take, TIGHT } from './random-log.ts';

const LIMIT = 100_000;
const RESERVE = LIMIT / 8;
const FULL = { kind: 'full', what: 'bytes', limit: LIMIT };
const TEXT = 'x'.repeat(900);

/** Sends until there is no more room. */
const fill = (chat: Chat, from: Seat, to: string): void => {
  while (chat.do(from, send(to, TEXT)).kind === 'sent');
};

/** A client whose results use up the reserve as well. Its last number that was carried out. */
const fillReserve = (chat: Chat, client: Seat): number => {
  let number = 1;
  while (chat.ask(client, number + 1, collect('nobody123')).kind === 'no-account') number += 1;
  return number;
};

describe('the room of the chat', () => {
  it('is reckoned as the sum of what is in it, whatever happens', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const chat = new Chat(TIGHT);
        const fitter = new Fitter(chat);
        for (const raw of log) {
          const step = fitter.fit(raw);
          if (step !== null) take(chat, step);
          expect(recomputeBytes(chat.machine.freeze())).toBe(chat.machine.room().usedBytes);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is given back: an emptied chat takes what it took at first', () => {
    const chat = new Chat();
    const empty = chat.machine.room().usedBytes;
    const ann = chat.person('ann');
    for (let i = 0; i < 90; i++) chat.do(ann, send('ann', TEXT));
    expect(chat.machine.room().usedBytes).toBeGreaterThan(empty + 90 * TEXT.length);
    chat.do(ann, delivered(90));
    chat.do(ann, remove('ann123'));
    chat.do(ann, logout);
    // The chunks that the next message and the next account go into stay.
    expect(chat.machine.room().usedBytes).toBeLessThan(empty + 5_000);
  });

  it('counts two bytes for letters that take them', () => {
    const [ascii, wide] = [new Chat(), new Chat()];
    for (const [chat, letter] of [
      [ascii, 'x'],
      [wide, 'あ'],
    ] as const) {
      const ann = chat.person('ann');
      chat.do(ann, send('ann', letter.repeat(1_000)));
    }
    expect(wide.machine.room().usedBytes - ascii.machine.room().usedBytes).toBeGreaterThanOrEqual(1_000);
  });
});

describe('a full chat', () => {
  it('refuses messages and accounts, and says how much is too much', () => {
    const chat = new Chat({ stateBytes: LIMIT });
    const ann = chat.person('ann');
    fill(chat, ann, 'ann');
    expect(chat.machine.room().usedBytes).toBeGreaterThanOrEqual(LIMIT);
    expect(chat.machine.room().usedBytes).toBeLessThan(LIMIT + 2_000);
    const hash = chat.machine.stateHash();
    expect(chat.do(ann, send('ann', ''))).toEqual(FULL);
    expect(chat.do(chat.seat(), create('bob'))).toEqual(FULL);
    expect(chat.machine.stateHash()).toBe(hash);
  });

  it('takes everything that makes room, and messages again when there is some', () => {
    const chat = new Chat({ stateBytes: LIMIT });
    const ann = chat.person('ann');
    chat.do(chat.person('bob'), logout);
    const bot = loggedIn(chat, 'k', 'bot');
    chat.do(ann, send('bot', TEXT));
    for (let i = 0; i < 20; i++) chat.do(ann, send('ann', TEXT));
    fill(chat, ann, 'bob');
    const bob = chat.seat();
    expect(chat.do(bob, login('bob123')).kind).toBe('logged-in');
    expect(chat.do(bob, collect('bob123')).kind).toBe('collected');
    expect(chat.ask(bot, 2, acknowledge(1))).toEqual({ kind: 'acknowledged' });
    expect(chat.do(ann, delivered(10))).toEqual({ kind: 'noted' });
    expect(chat.do(bob, remove('bob123'))).toEqual({ kind: 'deleted' });
    expect(chat.do(bob, logout)).toEqual({ kind: 'logged-out' });
    expect(chat.do(ann, send('ann', TEXT)).kind).toBe('sent');
  });

  it('does not remember that it refused: the number is free when there is room again', () => {
    const chat = new Chat({ stateBytes: LIMIT });
    const ann = chat.person('ann');
    const bot = loggedIn(chat, 'k', 'bot');
    fill(chat, ann, 'ann');
    expect(chat.ask(bot, 2, send('ann', 'x'))).toEqual(FULL);
    chat.do(ann, delivered(50));
    expect(chat.ask(bot, 2, send('ann', 'x')).kind).toBe('sent');
  });

  it('has a reserve for those who come to empty it, and an end to that', () => {
    const chat = new Chat({ stateBytes: LIMIT });
    const ann = chat.person('ann');
    const bot = loggedIn(chat, 'k', 'bot');
    chat.do(ann, send('bot', TEXT));
    fill(chat, ann, 'ann');
    expect(chat.do(chat.seat(), hello('new'))).toEqual({ kind: 'hello' });
    const last = fillReserve(chat, bot);
    expect(chat.machine.room().usedBytes).toBeGreaterThanOrEqual(LIMIT + RESERVE);
    expect(chat.do(chat.seat(), hello('newer'))).toEqual(FULL);
    const before = chat.machine.room().usedBytes;
    for (let number = last + 1; number < last + 20; number++) {
      expect(chat.ask(bot, number, collect('nobody123'))).toEqual(FULL);
    }
    expect(chat.machine.room().usedBytes).toBe(before);
    // What frees more than it takes, a repetition and a raised floor still go.
    expect(chat.ask(bot, last + 1, acknowledge(1))).toEqual({ kind: 'acknowledged' });
    expect(chat.ask(bot, last, collect('nobody123')).kind).toBe('no-account');
    expect(chat.do(bot, hello('k', last + 2))).toEqual({ kind: 'hello' });
    expect(chat.machine.room().usedBytes).toBeLessThan(before - RESERVE / 2);
  });
});
