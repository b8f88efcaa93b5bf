import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatMachine } from '../../../src/chat/chat-machine.ts';
import { SnapshotError } from '../../../src/chat/snapshot/snapshot-error.ts';
import { recomputeBytes } from '../../../src/chat/state/recompute-hash.ts';
import { Fitter } from '../fitter.ts';
import { Chat, n1, n2 } from '../harness.ts';
import { checkInvariants } from '../invariants.ts';
import { randomLog, take, TIGHT, type RawStep, type Step } from '../random-log.ts';
import { copyOf, joined, piecesOf, restore, taken } from './carry.ts';

const RUNS = { numRuns: 150 };

describe('a snapshot, over random logs', () => {
  it('restores the same state, with everything that is derived from it', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const chat = played(log);
        const copy = copyOf(chat.machine);
        expect(copy.stateHash()).toBe(chat.machine.stateHash());
        expect(copy.recomputeHash()).toBe(copy.stateHash());
        expect(copy.counts()).toEqual(chat.machine.counts());
        expect(copy.room()).toEqual(chat.machine.room());
        expect(recomputeBytes(copy.freeze())).toBe(copy.room().usedBytes);
        checkInvariants(copy);
      }),
      RUNS,
    );
  });

  it('restores a state that goes on like the one it was taken of', () => {
    fc.assert(
      fc.property(randomLog, fc.nat(120), (log, at) => {
        const chat = played(log.slice(0, at));
        const other = chat.with(copyOf(chat.machine));
        for (const step of fitted(chat, log.slice(at))) {
          const result = take(chat, step);
          expect(take(other, step)).toEqual(result);
          expect(other.machine.stateHash()).toBe(chat.machine.stateHash());
          expect(other.machine.room()).toEqual(chat.machine.room());
        }
        expect(other.names()).toEqual(chat.names());
        expect(other.machine.recomputeHash()).toBe(other.machine.stateHash());
      }),
      RUNS,
    );
  });

  it('shows nothing of what is applied while its pieces are made', () => {
    fc.assert(
      fc.property(randomLog, fc.nat(100), (log, at) => {
        const chat = played(log.slice(0, at));
        const hash = chat.machine.stateHash();
        const snapshot = chat.machine.takeSnapshot();
        for (const step of fitted(chat, log.slice(at))) take(chat, step);
        const copy = new ChatMachine();
        restore(copy, taken(snapshot));
        expect(copy.stateHash()).toBe(hash);
        expect(copy.recomputeHash()).toBe(hash);
      }),
      RUNS,
    );
  });

  it('names every living connection of every node as touched after it is restored', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const chat = played(log);
        const copy = copyOf(chat.machine);
        for (const node of [n1, n2]) {
          const connections =
            copy
              .freeze()
              .nodes.find((it) => it.node === node)
              ?.connections.values() ?? [];
          const living = [...connections].map((it) => it.ref.number).sort((a, b) => a - b);
          expect(copy.takeTouched(node)).toEqual(living);
        }
      }),
      RUNS,
    );
  });

  it('damaged anywhere, is refused or makes no difference, and a refused one changes nothing', () => {
    fc.assert(
      fc.property(randomLog, fc.array(damage, { minLength: 1, maxLength: 3 }), (log, damages) => {
        const chat = played(log);
        let bytes = joined(piecesOf(chat.machine));
        for (const change of damages) bytes = change(bytes);
        const before = played(log.slice(0, 5));
        const hash = before.machine.stateHash();
        const taken = outcome(() => restore(before.machine, [bytes]));
        expect(before.machine.stateHash()).toBe(taken === 'restored' ? chat.machine.stateHash() : hash);
        expect(before.machine.recomputeHash()).toBe(before.machine.stateHash());
      }),
      { numRuns: 600 },
    );
  });

  it('can be cut into pieces of any length', () => {
    fc.assert(
      fc.property(randomLog, fc.infiniteStream(fc.integer({ min: 0, max: 40 })), (log, lengths) => {
        const chat = played(log);
        const bytes = joined(piecesOf(chat.machine));
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < bytes.length;) {
          const to = at + (lengths.next().value ?? 1);
          pieces.push(bytes.subarray(at, to));
          at = to;
        }
        const copy = new ChatMachine();
        restore(copy, pieces);
        expect(copy.stateHash()).toBe(chat.machine.stateHash());
      }),
      { numRuns: 50 },
    );
  });

  it('any bytes at all are refused with an error that says so', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 4 }), (pieces) => {
        expect(outcome(() => restore(new ChatMachine(), pieces))).toBe('refused');
      }),
      { numRuns: 1000 },
    );
  });
});

/** Things that can happen to bytes. */
const damage: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => (bytes: Uint8Array) => {
    const changed = bytes.slice();
    changed[at % Math.max(1, bytes.length)]! ^= mask;
    return changed;
  }),
  fc.nat().map((at) => (bytes: Uint8Array) => bytes.slice(0, at % Math.max(1, bytes.length))),
  fc.tuple(fc.nat(), fc.nat(60)).map(([at, count]) => (bytes: Uint8Array) => {
    const from = at % Math.max(1, bytes.length);
    return joined([bytes.slice(0, from), bytes.slice(from + count)]);
  }),
  fc.tuple(fc.nat(), fc.nat(60)).map(([at, count]) => (bytes: Uint8Array) => {
    const from = at % Math.max(1, bytes.length);
    return joined([bytes.slice(0, from + count), bytes.slice(from)]);
  }),
);

function outcome(act: () => void): 'restored' | 'refused' {
  try {
    act();
    return 'restored';
  } catch (error) {
    const isMeant =
      error instanceof SnapshotError || (error as { code?: unknown }).code === 'CHAT_UNKNOWN_RULES';
    if (!isMeant) throw error;
    return 'refused';
  }
}

/** A chat in which these steps were taken. */
function played(log: readonly RawStep[]): Chat {
  const chat = new Chat(TIGHT);
  for (const step of fitted(chat, log)) take(chat, step);
  return chat;
}

function* fitted(chat: Chat, log: readonly RawStep[]): Generator<Step> {
  const fitter = new Fitter(chat);
  for (const raw of log) {
    const step = fitter.fit(raw);
    if (step !== null) yield step;
  }
}
