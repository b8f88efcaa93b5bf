import { describe, expect, it } from 'vitest';
import { ChatMachine } from '../../../src/chat/chat-machine.ts';
import { ByteReader } from '../../../src/chat/commands/byte-reader.ts';
import { ByteWriter } from '../../../src/chat/commands/byte-writer.ts';
import { encodeGenesis } from '../../../src/chat/commands/genesis-codec.ts';
import type { ChatResult } from '../../../src/chat/commands/result.ts';
import { clientKey, messageId } from '../../../src/chat/ids.ts';
import { readResult, writeResult } from '../../../src/chat/snapshot/result-codec.ts';
import { resultFact } from '../../../src/chat/state/facts.ts';
import { collect, Chat, LIMITS, loggedIn, n2, send } from '../harness.ts';
import { checkInvariants } from '../invariants.ts';
import { joined, piecesOf, restore } from './carry.ts';

/*
 * What lies on disks and what replicas compare. Everything here is literal: a change of any of it is a new version of
 * the format or of the rules, beside the old one, and never an edit of this file.
 */

type Written<Kind extends ChatResult['kind']> = readonly [
  result: Extract<ChatResult, { kind: Kind }>,
  bytes: string,
  hash: string,
];

const RESULTS: { readonly [Kind in ChatResult['kind']]: Written<Kind> } = {
  created: [{ kind: 'created', name: 'Ann' }, '0003416e6e', 'b67472e4e0cd872d'],
  'name-taken': [{ kind: 'name-taken', name: 'Ann' }, '0103416e6e', '0512fd039dd245fa'],
  'logged-in': [{ kind: 'logged-in', name: 'Ann' }, '0203416e6e', '3f4be717f2d133fc'],
  'not-recognized': [{ kind: 'not-recognized', id: 'ann123' }, '0306616e6e313233', '8ed7e6151708c025'],
  'check-again': [{ kind: 'check-again' }, '04', '2c5c25b90627b196'],
  'logged-out': [{ kind: 'logged-out' }, '05', 'e4a61cc636bb6205'],
  sent: [
    { kind: 'sent', id: messageId(300), sender: 'Ann', recipient: 'Bob', wallTimeMs: 1e12, state: 'kept' },
    '06ac0203416e6e03426f6280a094a58d1d01',
    '228bf4256a44b11e',
  ],
  'no-recipient': [{ kind: 'no-recipient', to: 'Bob' }, '0703426f62', '7d04a11a1459e676'],
  'mailbox-full': [
    { kind: 'mailbox-full', recipient: 'Bob', limit: 100 },
    '0803426f6264',
    '3c356a8ab9972dd9',
  ],
  'not-logged-in': [{ kind: 'not-logged-in' }, '09', '63b0e43033d2523b'],
  collected: [
    { kind: 'collected', id: 'ann123', messages: [], upTo: 7 },
    '0a06616e6e31323307',
    '9cacf9dcc1f7d4ba',
  ],
  'nothing-kept': [{ kind: 'nothing-kept' }, '0b', 'fd26c3759718c7fa'],
  'no-account': [{ kind: 'no-account', id: 'ann123' }, '0c06616e6e313233', '288edcf3ff835d36'],
  'login-first': [{ kind: 'login-first' }, '0d', 'a339555e2ef07c2d'],
  deleted: [{ kind: 'deleted' }, '0e', 'c58af78793209bcf'],
  'mailbox-not-empty': [{ kind: 'mailbox-not-empty' }, '0f', '7e579121c6a46be8'],
  hello: [{ kind: 'hello' }, '10', '6554b02f7f17a39e'],
  expired: [{ kind: 'expired' }, '11', 'b44e17656c023044'],
  'below-floor': [{ kind: 'below-floor', floor: 12 }, '120c', 'c2df77c3c93d677f'],
  conflict: [{ kind: 'conflict' }, '13', '71a064331b760204'],
  'too-many-outstanding': [{ kind: 'too-many-outstanding', limit: 1024 }, '148008', '1360a6c0e4ee44ff'],
  replaced: [{ kind: 'replaced' }, '15', '9890f25cd68328ee'],
  acknowledged: [{ kind: 'acknowledged' }, '16', '3c2b19cdb0402865'],
  'not-a-client': [{ kind: 'not-a-client' }, '17', 'f5b31847a897cc2c'],
  full: [{ kind: 'full', what: 'bytes', limit: 1e9 }, '18028094ebdc03', 'b4506a66cf5fd65c'],
  unreadable: [{ kind: 'unreadable' }, '19', 'ad7751b5a4c1c5b4'],
  noted: [{ kind: 'noted' }, '1a', '5136e84bf7197bdd'],
};

/** Format 1: each message at its place. No longer written, and read. */
const STATE_IN_FORMAT_1 = [
  '2401010164e80764080880088094ebdc0303040110666239313761306134363435356665320f020103616e6e01066120',
  '686173680108020203626f62000108020303626f7400010203021a040403616e6e80d095ffbc310d666f7220626f6220',
  '616761696e090500016b01030100013c060100327b226b696e64223a22637265617465222c226e616d65223a22626f74',
  '222c2270617373776f726448617368223a6e756c6c7d000003626f74620602004c7b226b696e64223a2273656e64222c',
  '22746f223a22616e6e222c2274657874223a2266726f6d206120636c69656e74222c2277616c6c54696d654d73223a31',
  '3730303030303030303030307d00060303626f7403616e6e80d095ffbc31002e060300207b226b696e64223a22636f6c',
  '6c656374222c226964223a22626f62313233227d020a06626f623132330014070103616e6e80d095ffbc3107666f7220',
  '626f620508026e3101060901000100011d0a0100010303626f7480d095ffbc310d66726f6d206120636c69656e740909',
  '030100016b000001170a0100030203616e6e80d095ffbc3107666f7220626f740508026e3202010b',
].join('');

const STATE = [
  '2401020164e80764080880088094ebdc0303040110666239313761306134363435356665320f020103616e6e01066120',
  '686173680108020203626f62000108020303626f7400015d0c011203616e6e80d095ffbc3107666f7220626f62021203',
  '616e6e80d095ffbc3107666f7220626f74031803626f7480d095ffbc310d66726f6d206120636c69656e74041803616e',
  '6e80d095ffbc310d666f7220626f6220616761696e020302020404090500016b01030100013c060100327b226b696e64',
  '223a22637265617465222c226e616d65223a22626f74222c2270617373776f726448617368223a6e756c6c7d00000362',
  '6f74620602004c7b226b696e64223a2273656e64222c22746f223a22616e6e222c2274657874223a2266726f6d206120',
  '636c69656e74222c2277616c6c54696d654d73223a313730303030303030303030307d00060303626f7403616e6e80d0',
  '95ffbc31002e060300207b226b696e64223a22636f6c6c656374222c226964223a22626f62313233227d020a06626f62',
  '313233000207010508026e310106090100010001050a010001030909030100016b000001050a010003020508026e3202',
  '010b',
].join('');

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function bytesOf(result: ChatResult): Uint8Array {
  const writer = new ByteWriter();
  writeResult(writer, result);
  return writer.taken();
}

function hashOf(result: ChatResult): string {
  const { low, high } = resultFact(clientKey('k'), 1, { fingerprint: 'f', result });
  return [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

describe('what is written', () => {
  it.each(Object.values(RESULTS))('is the same for ever for the result %o', (result, bytes, hash) => {
    expect(hex(bytesOf(result))).toBe(bytes);
    expect(hashOf(result)).toBe(hash);
    const reader = new ByteReader(Buffer.from(bytes, 'hex'));
    expect(readResult(reader)).toEqual(result);
    reader.end();
  });

  it('is the same for ever for the limits of a new cluster', () => {
    expect(hex(encodeGenesis(LIMITS))).toBe('0264e80764080880088094ebdc03');
  });

  it('is the same for ever for a state with something of everything', () => {
    const chat = new Chat();
    const ann = chat.person('ann', undefined, 'a hash');
    chat.person('bob', n2);
    const bot = loggedIn(chat, 'k', 'bot');
    for (const to of ['bob', 'bot', 'nobody']) chat.do(ann, send(to, `for ${to}`));
    chat.ask(bot, 2, send('ann', 'from a client'));
    chat.restart(n2);
    chat.ask(bot, 3, collect('bob123'));
    chat.do(ann, send('bob', 'for bob again'));
    expect(chat.machine.stateHash()).toBe('fb917a0a46455fe2');
    expect(hex(joined(piecesOf(chat.machine)))).toBe(STATE);
  });

  it.each([
    ['format 1', STATE_IN_FORMAT_1],
    ['format 2', STATE],
  ])('is read for ever: that state in %s', (_, bytes) => {
    const machine = new ChatMachine();
    restore(machine, [Buffer.from(bytes, 'hex')]);
    expect(machine.stateHash()).toBe('fb917a0a46455fe2');
    expect(machine.recomputeHash()).toBe('fb917a0a46455fe2');
    expect(checkInvariants(machine).size).toBe(4);
  });
});

describe('messages and their places', () => {
  const KEPT_4 = '020404';
  const restored = (bytes: string) => restore(new ChatMachine(), [Buffer.from(bytes, 'hex')]);

  it('are refused if there are more of one than of the other', () => {
    expect(() => restored(STATE.replace(KEPT_4, ''))).toThrowError(
      '4 messages are in it, and 3 places for them',
    );
    expect(() => restored(STATE.replace(KEPT_4, '020402020404'))).toThrowError(
      '4 messages are in it, and 5 places for them',
    );
  });

  it('are refused if a message has two and another none', () => {
    expect(() => restored(STATE.replace(KEPT_4, '020403'))).toThrowError(/it makes a state with the hash/);
  });

  it('are refused if a message is in it twice, or above the last that there ever was', () => {
    const messages = '5d0c011203616e6e';
    expect(() => restored(STATE.replace(messages, '5d0c021203616e6e'))).toThrowError(
      'message 2 cannot be, or is in it twice',
    );
    expect(() => restored(STATE.replace(messages, '5d0c051203616e6e'))).toThrowError(
      'message 5 cannot be, or is in it twice',
    );
  });

  it('are refused if a message is no message, or cut off', () => {
    const first = '011203616e6e';
    expect(() => restored(STATE.replace(first, '011204616e6e'))).toThrowError(
      'it makes a state with the hash',
    );
    expect(() => restored(STATE.replace(first, '011213616e6e'))).toThrowError('an item cannot be read');
    expect(() => restored(STATE.replace(first, '017f03616e6e'))).toThrowError('an item cannot be read');
  });
});
