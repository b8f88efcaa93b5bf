import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCommand, encodeCommand } from '../../../src/chat/commands/command-codec.ts';
import type { ChatCommand, CommandBody } from '../../../src/chat/commands/command.ts';
import { decodeGenesis, encodeGenesis } from '../../../src/chat/commands/genesis-codec.ts';
import { accountIndex, clientKey, connectionNumber, messageId } from '../../../src/chat/ids.ts';
import { plainText } from '../../../src/chat/commands/text-in-place.ts';
import { LIMITS, send } from '../harness.ts';

const whole = fc.oneof(fc.nat(300), fc.maxSafeNat());
const text = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constant('\uFEFFwith a mark'),
);
const digest = fc.oneof(
  fc.string({ unit: fc.constantFrom('0', '5', '9', 'a', 'f'), minLength: 32, maxLength: 32 }),
  text,
);

const body: fc.Arbitrary<CommandBody> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), name: text, passwordHash: fc.option(text) }),
  fc.record({
    kind: fc.constant('login' as const),
    id: text,
    proof: fc.oneof(
      fc.constant({ kind: 'none' as const }),
      fc.record({
        kind: fc.constant('checked' as const),
        account: whole.map(accountIndex),
        credentialVersion: whole,
        passwordMatches: fc.boolean(),
      }),
    ),
  }),
  fc.constant({ kind: 'logout' as const }),
  fc.record({ kind: fc.constant('send' as const), to: text, text, wallTimeMs: whole }),
  fc.record({ kind: fc.constant('collect' as const), id: text }),
  fc.record({ kind: fc.constant('delivered' as const), upTo: whole }),
  fc.record({ kind: fc.constant('delete' as const), id: text }),
  fc.record({ kind: fc.constant('hello' as const), client: digest.map(clientKey), floor: whole }),
  fc.record({ kind: fc.constant('acknowledge' as const), message: whole.map(messageId) }),
);

const command: fc.Arbitrary<ChatCommand> = fc.record({
  connection: whole.map(connectionNumber),
  request: fc.option(fc.record({ number: whole, fingerprint: digest })),
  body,
});

/** With its text as a string. */
const plainly = (it: ChatCommand | null): ChatCommand | null =>
  it?.body.kind === 'send' ? { ...it, body: { ...it.body, text: plainText(it.body.text) } } : it;

describe('the command codec', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(command, (it) => {
        expect(plainly(decodeCommand(encodeCommand(it)))).toEqual(it);
      }),
    );
  });

  it('reads a command wherever it lies, and no further', () => {
    fc.assert(
      fc.property(
        command,
        fc.uint8Array({ maxLength: 9 }),
        fc.uint8Array({ maxLength: 9 }),
        (it, before, after) => {
          const bytes = encodeCommand(it);
          const end = before.length + bytes.length;
          const among = Uint8Array.of(...before, ...bytes, ...after);
          expect(plainly(decodeCommand(among, before.length, end))).toEqual(it);
          expect(decodeCommand(among, before.length, end - 1)).toBeNull();
        },
      ),
    );
  });

  it('reads nothing from bytes that are cut short or go on too long', () => {
    fc.assert(
      fc.property(command, fc.nat(), (it, at) => {
        const bytes = encodeCommand(it);
        expect(decodeCommand(bytes.subarray(0, at % bytes.length))).toBeNull();
        expect(decodeCommand(Uint8Array.of(...bytes, 0))).toBeNull();
      }),
    );
  });

  it('answers null, and never throws, for bytes of any other kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const found = decodeCommand(bytes);
        if (found !== null) expect(plainly(decodeCommand(encodeCommand(found)))).toEqual(plainly(found));
      }),
    );
    expect(decodeCommand(Uint8Array.of(2, 3, 1))).toBeNull();
    expect(decodeCommand(Uint8Array.of(1, 4, 1, 1, 0xff, 0, 0))).toBeNull();
  });

  it('takes few bytes for a message', () => {
    const bytes = encodeCommand({
      connection: connectionNumber(7),
      request: null,
      body: send('wayne', 'hello there'),
    });
    expect(bytes.length).toBe(1 + 1 + 1 + 6 + 6 + 12);
  });

  it('refuses to write a number that it could not read', () => {
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53]) {
      const it = { connection: connectionNumber(wrong), request: null, body: send('a', 'b') };
      expect(() => encodeCommand(it)).toThrow(RangeError);
    }
  });
});

describe('the genesis codec', () => {
  it('reads back what it wrote, and nothing else', () => {
    const bytes = encodeGenesis(LIMITS);
    expect(decodeGenesis(bytes)).toEqual(LIMITS);
    expect(decodeGenesis(bytes.subarray(1))).toBeNull();
    expect(decodeGenesis(bytes.subarray(0, -1))).toBeNull();
    expect(decodeGenesis(Uint8Array.of(...bytes, 1))).toBeNull();
    expect(decodeGenesis(new Uint8Array())).toBeNull();
  });

  it('reads what clusters were founded with before there was a limit on bytes: they have none', () => {
    expect(decodeGenesis(Uint8Array.of(1, 10, 20, 30, 4, 5, 6))).toEqual({
      mailboxMessages: 10,
      storedMessages: 20,
      accounts: 30,
      clientsPerAccount: 4,
      clientsWithoutAccount: 5,
      outstandingPerClient: 6,
      stateBytes: Number.MAX_SAFE_INTEGER,
    });
  });
});
