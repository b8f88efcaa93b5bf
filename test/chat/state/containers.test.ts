import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountIndex, messageId } from '../../../src/chat/ids.ts';
import { ChunkedList } from '../../../src/chat/state/chunked-list.ts';
import { CowMap } from '../../../src/chat/state/cow-map.ts';
import { InFlightQueue } from '../../../src/chat/state/in-flight-queue.ts';
import { Mailbox } from '../../../src/chat/state/mailbox.ts';

describe('a copy-on-write map', () => {
  it('behaves like a map, and its frozen versions stay as they were', () => {
    const key = fc.oneof(
      fc.nat(20).map((n) => `k${n}`),
      fc.constantFrom('__proto__', 'constructor'),
    );
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }),
      fc.record({ kind: fc.constant('delete' as const), key }),
      fc.record({ kind: fc.constant('freeze' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { size: 'max', maxLength: 100 }), (steps) => {
        const map = new CowMap<string, number>();
        const model = new Map<string, number>();
        const frozen: [ReturnType<typeof map.freeze>, Map<string, number>][] = [];
        for (const it of steps) {
          if (it.kind === 'set') {
            map.set(it.key, it.value);
            model.set(it.key, it.value);
          } else if (it.kind === 'delete') {
            map.delete(it.key);
            model.delete(it.key);
          } else frozen.push([map.freeze(), new Map(model)]);
        }
        frozen.push([map.freeze(), model]);
        expect(map.size).toBe(model.size);
        for (const [version, expected] of frozen) {
          expect(version.size).toBe(expected.size);
          for (const [key, value] of expected) expect(version.get(key)).toBe(value);
          expect([...version.values()]).toHaveLength(expected.size);
        }
      }),
    );
  });
});

describe('a chunked list', () => {
  it('keeps places, counts what lives, and freezes', () => {
    const list = new ChunkedList<number>();
    for (let i = 0; i < 3000; i++) list.append(i);
    const frozen = list.freeze();
    for (let i = 0; i < 2500; i++) list.clear(i);
    list.clear(0);
    list.clear(99_999);
    list.append(3000);
    expect([list.length, list.live]).toEqual([3001, 501]);
    expect([list.at(0), list.at(2499), list.at(2500), list.at(3000), list.at(3001)]).toEqual([
      undefined,
      undefined,
      2500,
      3000,
      undefined,
    ]);
    expect([frozen.length, frozen.at(0), frozen.at(2999), frozen.at(3000)]).toEqual([
      3000,
      0,
      2999,
      undefined,
    ]);
    expect([...frozen.values()]).toHaveLength(3000);
    expect([...list.freeze().values()]).toHaveLength(501);
  });
});

describe('an in-flight queue', () => {
  const entry = (ordinal: number) => ({
    ordinal,
    by: 'push' as const,
    message: messageId(ordinal),
    account: accountIndex(1),
  });

  it('is taken from at the front, searched by ordinal, and copied', () => {
    const queue = new InFlightQueue();
    for (let i = 1; i <= 500; i++) queue.add(entry(i));
    for (let i = 1; i <= 300; i++) queue.dropFirst();
    const copy = queue.copy();
    expect(queue.extract((it) => it.ordinal % 2 === 1)).toHaveLength(100);
    expect(queue.after(397, 2).map((it) => it.ordinal)).toEqual([398, 400]);
    expect(queue.after(0, 1).map((it) => it.ordinal)).toEqual([302]);
    expect([queue.size, copy.size, copy.first?.ordinal]).toEqual([100, 200, 301]);
    const empty = new InFlightQueue();
    empty.dropFirst();
    expect([empty.size, empty.first, empty.after(0, 9)]).toEqual([0, undefined, []]);
  });
});

describe('a mailbox', () => {
  it('is in the order of its messages, whatever comes back to it', () => {
    const mailbox = new Mailbox();
    for (const id of [5, 9]) mailbox.keep(messageId(id));
    mailbox.putBack([2, 7].map(messageId));
    mailbox.putBack([10, 11].map(messageId));
    mailbox.putBack([4, 3].map(messageId));
    expect(mailbox.copy().takeAll()).toEqual([2, 3, 4, 5, 7, 9, 10, 11]);
    expect(mailbox.size).toBe(8);
  });

  it.each([3, 256, 300, 511])(
    'stays as it was while its copy changes, and the copy while it does, with %d messages',
    (count) => {
      const before = Array.from({ length: count }, (_, place) => messageId(2 * (place + 1)));
      const changes: ((mailbox: Mailbox) => void)[] = [
        (mailbox) => mailbox.keep(messageId(9_999)),
        (mailbox) => mailbox.putBack([messageId(9_998)]),
        (mailbox) => mailbox.putBack([messageId(1)]),
        (mailbox) => mailbox.takeAll(),
      ];
      const after = [[...before, 9_999], [...before, 9_998], [1, ...before], []];
      const pairs = changes.flatMap((_, first) => changes.map((_, second) => ({ first, second })));
      for (const { first, second } of pairs) {
        const older = new Mailbox();
        for (const id of before) older.keep(id);
        const newer = older.copy();
        changes[first]?.(newer);
        expect([[...older], older.size, older.last]).toEqual([before, count, before.at(-1)]);
        changes[second]?.(older);
        for (const mailbox of [newer, older])
          for (let id = 10_000; id < 10_300; id += 1) mailbox.keep(messageId(id + mailbox.size));
        expect([...newer].slice(0, -300)).toEqual(after[first]);
        expect([...older].slice(0, -300)).toEqual(after[second]);
        expect([newer.last, newer.size]).toEqual([[...newer].at(-1), [...newer].length]);
      }
    },
  );
});
