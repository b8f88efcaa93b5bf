import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatResult } from '../../src/chat/commands/result.ts';
import type { MessageId } from '../../src/chat/ids.ts';
import { recomputeHash } from '../../src/chat/state/recompute-hash.ts';
import { Fitter } from './fitter.ts';
import { Chat, fingerprintOf, lyingIn, n1 } from './harness.ts';
import { checkInvariants } from './invariants.ts';
import type { Place } from './places.ts';
import { randomLog, take, TIGHT, type RawStep, type Step } from './random-log.ts';

const RUNS = { numRuns: 100 };

/** What may be answered to a number that was executed before, other than what was answered then. */
const NOT_EXECUTED = new Set(['below-floor', 'replaced', 'expired', 'not-a-client']);
const NEVER_REMEMBERED = new Set([...NOT_EXECUTED, 'conflict', 'too-many-outstanding', 'check-again']);

describe('over random logs', () => {
  it('two machines have the same state and the same results', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const [a, b] = [new Chat(TIGHT), new Chat(TIGHT)];
        for (const step of fitted(a, log)) {
          const result = take(a, step);
          // Freezing, and asking for views, is one node's own business.
          b.machine.freeze();
          b.machine.takeTouched(n1);
          expect(take(b, step)).toEqual(result);
          expect(b.machine.stateHash()).toBe(a.machine.stateHash());
        }
      }),
      RUNS,
    );
  });

  it('the maintained hash is the hash made from scratch', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const chat = new Chat(TIGHT);
        for (const step of fitted(chat, log)) {
          take(chat, step);
          expect(chat.machine.recomputeHash()).toBe(chat.machine.stateHash());
        }
      }),
      RUNS,
    );
  });

  it('a frozen state stays as it was', () => {
    fc.assert(
      fc.property(randomLog, fc.nat(100), (log, at) => {
        const chat = new Chat(TIGHT);
        for (const step of fitted(chat, log.slice(0, at))) take(chat, step);
        const hash = chat.machine.stateHash();
        const frozen = chat.machine.freeze();
        for (const step of fitted(chat, log.slice(at))) take(chat, step);
        expect(recomputeHash(frozen)).toBe(hash);
      }),
      RUNS,
    );
  });

  it("every sent message is in exactly one place, always the same account's, until it is delivered", () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const chat = new Chat(TIGHT);
        let before: ReadonlyMap<MessageId, Place> = new Map();
        for (const step of fitted(chat, log)) {
          const hash = chat.machine.stateHash();
          const result = take(chat, step);
          const after = checkInvariants(chat.machine);
          const changed = chat.machine.stateHash() !== hash;
          const arrived = [...after.keys()].filter((id) => !before.has(id));
          expect(arrived).toEqual(result?.kind === 'sent' && changed ? [result.id] : []);
          for (const [id, place] of before) {
            const now = after.get(id);
            if (now === undefined) expect(mayDeliver(step, result)).toBe(true);
            else expect(now.account).toBe(place.account);
          }
          if (result?.kind === 'collected' && changed) expectOwn(chat, result, before);
          before = after;
        }
      }),
      RUNS,
    );
  });

  it('a numbered command takes effect once, and is always answered the same', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const chat = new Chat(TIGHT);
        const answered = new Map<string, ChatResult>();
        for (const step of fitted(chat, log)) {
          const key = numberedKey(chat, step);
          const first = key === null ? undefined : answered.get(key);
          const before = chat.machine.stateHash();
          const result = take(chat, step);
          if (key !== null && result !== null && first !== undefined) {
            if (!NOT_EXECUTED.has(result.kind)) expect(result).toEqual(first);
            expect(chat.machine.stateHash()).toBe(before);
          } else if (key !== null && result !== null && !NEVER_REMEMBERED.has(result.kind)) {
            answered.set(key, result);
          }
          forgetWithClients(chat, answered);
        }
      }),
      RUNS,
    );
  });

  it('a log in which every numbered command is submitted three times comes to the same as the log itself', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const [once, thrice] = [new Chat(TIGHT), new Chat(TIGHT)];
        for (const step of fitted(once, log)) {
          const result = take(once, step);
          expect(take(thrice, step)).toEqual(result);
          if (step.kind !== 'command' || step.number === null) continue;
          expect(take(thrice, step)).toEqual(result);
          expect(take(thrice, step)).toEqual(result);
        }
        expect(thrice.machine.stateHash()).toBe(once.machine.stateHash());
      }),
      RUNS,
    );
  });

  it('apply never throws, whatever the bytes', () => {
    const chat = new Chat(TIGHT);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc
            .tuple(fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.uint8Array({ maxLength: 60 }))
            .map(([kind, request, rest]) => Uint8Array.of(1, kind | (request ? 0x80 : 0), ...rest)),
        ),
        (body) => {
          chat.machine.apply({ index: 1, node: n1, incarnation: 1, clusterTimeMs: 0, ...lyingIn(body) });
          expect(chat.machine.recomputeHash()).toBe(chat.machine.stateHash());
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** The steps of a drawn log, each made when the one before has been taken. */
function* fitted(chat: Chat, log: readonly RawStep[]): Generator<Step> {
  const fitter = new Fitter(chat);
  for (const raw of log) {
    const step = fitter.fit(raw);
    if (step !== null) yield step;
  }
}

/** Only these deliver: the socket's watermark, an acknowledgement, a raised floor, and a deletion by the reader. */
function mayDeliver(step: Step, result: ChatResult | null): boolean {
  if (step.kind !== 'command') return false;
  const { kind } = step.body;
  return kind === 'delivered' || kind === 'acknowledge' || kind === 'hello' || result?.kind === 'deleted';
}

/** What is collected belongs to the account that has the ID now, and to no earlier one of that name. */
function expectOwn(
  chat: Chat,
  { id, messages }: Extract<ChatResult, { kind: 'collected' }>,
  places: ReadonlyMap<MessageId, Place>,
): void {
  const account = chat.machine.credentialById(id)?.account;
  for (const message of messages) expect(places.get(message.id)).toEqual({ kind: 'kept', account });
}

/** Which client asks what under which number, if the step is a client's numbered command. */
function numberedKey(chat: Chat, step: Step): string | null {
  if (step.kind !== 'command' || step.number === null) return null;
  for (const client of chat.machine.freeze().clients.values()) {
    const at = client.connection;
    if (at?.node === step.seat.node && at.number === step.seat.number) {
      return `${client.key} ${step.number} ${fingerprintOf(step.body)}`;
    }
  }
  return null;
}

/** A forgotten client is another one when it says hello under 1 again. */
function forgetWithClients(chat: Chat, answered: Map<string, ChatResult>): void {
  const known = new Set([...chat.machine.freeze().clients.values()].map((it): string => it.key));
  for (const key of answered.keys()) {
    if (!known.has(key.slice(0, key.indexOf(' ')))) answered.delete(key);
  }
}
