import { describe, expect, it } from 'vitest';
import { ChatMachine } from '../../../src/chat/chat-machine.ts';
import { RULES } from '../../../src/chat/commands/rules.ts';
import { Chat, collect, create, hello, loggedIn, login, n1, n2, send, textsOf } from '../harness.ts';
import { copyOf, joined, piecesOf, restore, taken } from './carry.ts';

const MAX_PIECE_BYTES = 64 * 1_024;

describe('a snapshot of the chat', () => {
  it('of a machine that was never founded is that of nothing', () => {
    const empty = new ChatMachine();
    expect(copyOf(empty).stateHash()).toBe(empty.stateHash());
  });

  it('comes in pieces of at most 64 KiB, however long a message is', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.person('bob', n2);
    for (const length of [1, 2_047, 2_048, 65_536, 500_000]) chat.do(ann, send('bob', 'é'.repeat(length)));
    const pieces = piecesOf(chat.machine);
    expect(pieces.length).toBeGreaterThan(16);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(MAX_PIECE_BYTES);
    const copy = new ChatMachine();
    restore(copy, pieces);
    expect(copy.stateHash()).toBe(chat.machine.stateHash());
  });

  it('brings back what a client collected and has not confirmed, for its repeated command', () => {
    const chat = new Chat();
    const bot = loggedIn(chat, 'k', 'bot');
    chat.do(chat.person('ann'), send('carl', 'nobody'));
    const carl = chat.person('carl');
    chat.restart(n2);
    chat.do(carl, { kind: 'logout' });
    for (const text of ['1', '2', '3']) chat.do(chat.person(`x${text}`), send('carl', text));
    const first = chat.ask(bot, 2, collect('carl123'));
    const other = chat.with(copyOf(chat.machine));
    const again = other.ask(bot, 2, collect('carl123'));
    expect(textsOf(again)).toEqual(['1', '2', '3']);
    expect(again).toEqual(first);
    other.do(bot, hello('k', 3));
    expect(other.machine.counts().messages).toBe(0);
  });

  it('is not changed by a restore of another into the machine that it is taken of', () => {
    const chat = new Chat();
    chat.person('ann');
    const snapshot = chat.machine.takeSnapshot();
    const hash = chat.machine.stateHash();
    restore(chat.machine, piecesOf(new Chat().machine));
    expect(chat.machine.stateHash()).not.toBe(hash);
    restore(chat.machine, taken(snapshot));
    expect(chat.machine.stateHash()).toBe(hash);
  });

  it('lets the machine go on as it was until the restore is finished', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const pieces = piecesOf(chat.machine);
    const restoring = chat.machine.beginRestore();
    for (const piece of pieces) {
      chat.do(ann, send('ann', 'meanwhile'));
      restoring.add(piece);
    }
    expect(chat.machine.counts().messages).toBe(pieces.length);
    restoring.finish();
    expect(chat.machine.counts().messages).toBe(0);
  });
});

describe('a restore refuses', () => {
  const pieces = (): Uint8Array => joined(piecesOf(new Chat().machine));

  it('a format that it does not know, by name', () => {
    const bytes = pieces();
    bytes[2] = 9;
    expect(() => restore(new ChatMachine(), [bytes])).toThrowError(
      'the snapshot of the chat cannot be restored: its format is 9, and this program reads formats 1 and 2',
    );
  });

  it('pieces that end too early', () => {
    const bytes = pieces();
    expect(() => restore(new ChatMachine(), [])).toThrowError('its end is missing');
    expect(() => restore(new ChatMachine(), [bytes.subarray(0, -2)])).toThrowError('its end is missing');
    expect(() => restore(new ChatMachine(), [bytes.subarray(0, -1)])).toThrowError('it ends within an item');
  });

  it('anything behind the end, and a second head', () => {
    const bytes = pieces();
    expect(() => restore(new ChatMachine(), [bytes, bytes])).toThrowError('not in its place');
    expect(() => restore(new ChatMachine(), [bytes, Uint8Array.of(1, 11)])).toThrowError('not in its place');
  });

  it('an item of a length that cannot be, without waiting for it', () => {
    const restoring = new ChatMachine().beginRestore();
    expect(() => restoring.add(Uint8Array.of(0xff, 0xff, 0xff, 0x7f))).toThrowError('an impossible length');
  });

  it('everything, once it has failed or is finished', () => {
    const failed = new ChatMachine().beginRestore();
    expect(() => failed.add(Uint8Array.of(1, 99))).toThrowError('not in its place');
    expect(() => failed.add(pieces())).toThrowError('has ended already');
    const finished = new ChatMachine().beginRestore();
    finished.add(pieces());
    finished.finish();
    expect(() => finished.finish()).toThrowError('has ended already');
  });

  it('a state that is another than was frozen', () => {
    const chat = new Chat();
    chat.person('ann');
    const bytes = joined(piecesOf(chat.machine));
    const name = [...new TextEncoder().encode('ann')];
    const at = bytes.findIndex((_, i) => name.every((byte, j) => bytes[i + j] === byte));
    bytes[at] = 'A'.charCodeAt(0);
    expect(() => restore(chat.machine, [bytes])).toThrowError(/it makes a state with the hash/);
    expect(chat.names()).toEqual(['ann']);
  });

  it('a message whose text is not the one that was taken in, be it text or not', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(ann, send('ann', 'a letter'));
    const bytes = joined(piecesOf(chat.machine));
    const at = Buffer.from(bytes).indexOf('letter');
    expect(at).toBeGreaterThan(0);
    for (const byte of ['L'.charCodeAt(0), 0xff]) {
      bytes[at] = byte;
      expect(() => restore(new ChatMachine(), [bytes])).toThrowError(/it makes a state with the hash/);
    }
  });

  it('a state that lives by rules which this program does not have', () => {
    const chat = new Chat({}, new ChatMachine({ rules: [...RULES, ...RULES] }));
    chat.machine.behaviourChanged(2);
    const older = new Chat();
    expect(() => restore(older.machine, piecesOf(chat.machine))).toThrowError(
      "the cluster applies commands by version 2 of the chat's rules, and this program knows versions 1 to 1",
    );
    older.do(older.seat(n1), create('ann'));
    expect(older.do(older.seat(n1), login('ann123'))).toEqual({ kind: 'logged-in', name: 'ann' });
  });
});
