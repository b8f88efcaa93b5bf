import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageId } from '../../../src/chat/ids.ts';
import type { Message } from '../../../src/chat/commands/result.ts';
import { textInPlace, wholeInPlace, type BytesInPlace } from '../../../src/chat/commands/text-in-place.ts';
import { messageFact } from '../../../src/chat/state/facts.ts';
import { encodeMessage } from '../../../src/chat/state/message-codec.ts';
import { MessageStore } from '../../../src/chat/state/message-store.ts';

const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
  { weight: 2, arbitrary: fc.nat(900).map((length) => 'x'.repeat(length)) },
  { weight: 1, arbitrary: fc.nat(3_000).map((length) => 'é'.repeat(length)) },
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), text }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('freeze' as const) }) },
);

const message = (id: number, it: string): Message => ({
  id: messageId(id),
  from: `user${id % 7}`,
  wallTimeMs: 1_700_000_000_000 + id,
  text: it,
});

const append = (store: MessageStore, { from, wallTimeMs, text }: Message) =>
  store.append(from, wallTimeMs, textInPlace(text));

const sorted = (messages: Iterable<Message>): Message[] => [...messages].sort((a, b) => a.id - b.id);

describe('the store of messages', () => {
  it('behaves like a map, its frozen versions stay as they were, and a removed message gives the fact it was stored as', () => {
    fc.assert(
      fc.property(fc.array(step, { size: 'max', maxLength: 400 }), (steps) => {
        const store = new MessageStore();
        const model = new Map<number, Message>();
        const facts = new Map<number, readonly number[]>();
        const frozen: [ReturnType<typeof store.freeze>, Map<number, Message>][] = [];
        for (const it of steps) {
          if (it.kind === 'freeze') {
            frozen.push([store.freeze(), new Map(model)]);
          } else if (it.kind === 'append') {
            const appended = message(store.length + 1, it.text);
            const { low, high, bytes } = append(store, appended);
            facts.set(appended.id, [low, high, bytes]);
            model.set(appended.id, appended);
          } else {
            const id = messageId((it.at % (store.length + 1)) + 1);
            const fact = store.remove(id);
            expect(fact === undefined).toBe(!model.delete(id));
            if (fact !== undefined) expect([fact.low, fact.high, fact.bytes]).toEqual(facts.get(id));
          }
        }
        frozen.push([store.freeze(), model]);
        expect(store.live).toBe(model.size);
        for (let id = 1; id <= store.length; id++) {
          expect(store.get(messageId(id))).toEqual(model.get(id));
          expect(store.has(messageId(id))).toBe(model.has(id));
        }
        for (const [version, expected] of frozen) {
          expect(sorted(version.values())).toEqual([...expected.values()]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stores and hashes bytes alike wherever they come from and whatever their length is', () => {
    const places = Array.from({ length: 9 }, (_, i) => i);
    for (const length of [...Array.from({ length: 24 }, (_, i) => i), 99, 600, 70_000]) {
      for (const place of places) {
        const it = message(1, 'äbcdefg'.repeat(length).slice(0, length));
        // What lies before and behind must make no difference.
        const among = (bytes: Uint8Array): BytesInPlace => {
          const memory = new Uint8Array(place + bytes.length + 5).fill(0xa5);
          memory.set(bytes, place);
          return { view: new DataView(memory.buffer), start: place, end: place + bytes.length };
        };
        const { low, high, bytes } = messageFact(it.id, encodeMessage(it));
        const [appended, filled] = [new MessageStore(), new MessageStore()];
        const facts = [appended.append(it.from, it.wallTimeMs, among(new TextEncoder().encode(it.text)))].map(
          (fact) => [fact.low, fact.high, fact.bytes],
        );
        filled.extendTo(1);
        const fact = filled.fill(it.id, among(encodeMessage(it)));
        facts.push([fact.low, fact.high, fact.bytes]);
        expect(facts).toEqual([
          [low, high, bytes],
          [low, high, bytes],
        ]);
        for (const store of [appended, filled]) expect(store.get(it.id)).toEqual(it);
      }
    }
  });

  it('filled in any order is the same store', () => {
    const model = Array.from({ length: 150 }, (_, i) => message(i + 1, `text ${i}`));
    const [one, other] = [new MessageStore(), new MessageStore()];
    for (const it of model) append(one, it);
    for (const it of model) if (it.id % 3 !== 0 || it.id > 140) one.remove(it.id);
    other.extendTo(150);
    for (const it of model.toReversed()) {
      if (it.id % 3 === 0 && it.id <= 140) other.fill(it.id, wholeInPlace(encodeMessage(it)));
    }
    expect(sorted(other.freeze().values())).toEqual(sorted(one.freeze().values()));
    expect([other.length, other.live, other.chunkBytes]).toEqual([one.length, one.live, one.chunkBytes]);
    const next = append(one, message(151, 'next')).low;
    expect(append(other, message(151, 'next')).low).toBe(next);
  });

  it('lets the memory go of what was removed, and keeps the rest as it was', () => {
    const store = new MessageStore();
    const long = 'x'.repeat(10_000);
    for (let id = 1; id <= 4_000; id++) append(store, message(id, `${id} ${long}`));
    const frozen = store.freeze();
    const before = store.heapBytes;
    for (let id = 1; id <= 4_000; id++) if (id % 10 !== 0) store.remove(messageId(id));
    expect(store.heapBytes).toBeLessThan(before / 2);
    for (let id = 10; id <= 4_000; id += 10) expect(store.get(messageId(id))?.text).toBe(`${id} ${long}`);
    expect(sorted(frozen.values())[3_998]?.text).toBe(`3999 ${long}`);
    for (let id = 10; id <= 4_000; id += 10)
      expect(store.remove(messageId(id))?.bytes).toBeGreaterThan(10_000);
    expect(store.heapBytes).toBeLessThan(300_000);
    append(store, message(4_001, 'next'));
    expect(store.get(messageId(4_001))?.text).toBe('next');
    expect([...frozen.values()]).toHaveLength(4_000);
  });

  it('shows a frozen version to the end while messages come, go and are moved', () => {
    const store = new MessageStore();
    const long = 'x'.repeat(10_000);
    for (let id = 1; id <= 4_000; id++) append(store, message(id, `${id} ${long}`));
    for (let id = 1; id <= 4_000; id += 4) store.remove(messageId(id));
    const seen: number[] = [];
    for (const { id } of store.freeze().records()) {
      seen.push(id);
      // Three go for each that comes, so that what is left is moved to where others lay.
      for (let gone = 0; gone < 3; gone++)
        store.remove(messageId(1 + ((7 * (3 * seen.length + gone)) % 4_000)));
      append(store, message(store.length + 1, long));
    }
    const frozen = Array.from({ length: 4_000 }, (_, i) => i + 1).filter((id) => id % 4 !== 1);
    expect(seen.sort((a, b) => a - b)).toEqual(frozen);
    expect(store.live).toBeLessThan(4_000);
  });

  it('leaves a frozen version alone where messages are only moved, for the sake of others on the next page', () => {
    const store = new MessageStore();
    const ids = (of: Iterable<{ readonly id: number }>) =>
      Array.from(of, ({ id }) => id).sort((a, b) => a - b);
    for (let id = 1; id <= 4_000; id++) append(store, message(id, 'x'.repeat(10_000)));
    // Nearly so much is waste that a slab is emptied.
    for (let id = 1; id <= 3_960; id += 2) store.remove(messageId(id));
    const frozen = store.freeze();
    const stored = ids(frozen.records());
    const bytes = store.heapBytes;
    // Its page begins here, and its slab before.
    const first = 2_562;
    let next = first;
    for (; store.heapBytes >= bytes; next += 2) store.remove(messageId(next));
    expect(next, 'all of them on one page').toBeLessThan(first + 64);
    expect(ids(frozen.records())).toEqual(stored);
    expect(ids(store.freeze().records())).toEqual(
      stored.filter((id) => id < first || id >= next || id % 2 !== 0),
    );
  });

  it('lets chunks go in which nothing is left', () => {
    const store = new MessageStore();
    for (let id = 1; id <= 1_000; id++) append(store, message(id, 'x'));
    const full = store.chunkBytes;
    for (let id = 1; id <= 1_000; id++) store.remove(messageId(id));
    expect(store.chunkBytes).toBeLessThan(full / 10);
    expect([store.length, store.live]).toEqual([1_000, 0]);
  });
});
