import { describe, expect, it } from 'vitest';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { logIndex, term, ticket } from '../../../src/raft/core/ids.ts';
import { PersistGathering } from '../../../src/raft/driver/persistence.ts';

const entry = (index: number, inTerm: number): Entry =>
  sealEntry(term(inTerm), logIndex(index), { kind: 'noop', clusterTimeMs: 0, payload: new Uint8Array() });
const ask = (n: number, entries: readonly Entry[], truncateFrom: number | null = null) => ({
  kind: 'persist' as const,
  ticket: ticket(n),
  hardState: null,
  reset: null,
  truncateFrom: truncateFrom === null ? null : logIndex(truncateFrom),
  entries,
});

describe('what one turn asks of the disk', () => {
  it('becomes one batch under the highest ticket', () => {
    const gathering = new PersistGathering();
    const hardState = { term: term(3), votedFor: null, standing: 'voting' } as const;
    gathering.add(ask(1, [entry(5, 2)]));
    gathering.add({ ...ask(2, [entry(6, 2)]), hardState });
    const taken = gathering.take();
    expect(taken?.ticket).toBe(2);
    expect(taken?.batch.hardState).toEqual(hardState);
    expect(taken?.batch.entries.map(({ index }) => index)).toEqual([5, 6]);
    expect(gathering.take()).toBeNull();
  });

  it('drops entries that the same turn cut off again', () => {
    const gathering = new PersistGathering();
    gathering.add(ask(1, [entry(5, 2), entry(6, 2)]));
    gathering.add(ask(2, [entry(6, 3)], 6));
    const taken = gathering.take();
    expect(taken?.batch.truncateFrom).toBeNull();
    expect(taken?.batch.entries.map(({ index, term }) => [index, term])).toEqual([
      [5, 2],
      [6, 3],
    ]);
  });

  it('cuts the log itself at the lowest place that was asked for', () => {
    const gathering = new PersistGathering();
    gathering.add(ask(1, [entry(8, 2)], 8));
    gathering.add(ask(2, [entry(7, 3)], 7));
    gathering.add(ask(3, [entry(8, 3)]));
    const taken = gathering.take();
    expect(taken?.batch.truncateFrom).toBe(7);
    expect(taken?.batch.entries.map(({ index, term }) => [index, term])).toEqual([
      [7, 3],
      [8, 3],
    ]);
  });

  it('forgets all that came before a reset, and cuts only what was gathered after it', () => {
    const gathering = new PersistGathering();
    gathering.add(ask(1, [entry(8, 3)], 7));
    const reset = { index: logIndex(20), term: term(4) };
    gathering.add({ ...ask(2, []), reset });
    gathering.add(ask(3, [entry(21, 4), entry(22, 4)]));
    gathering.add(ask(4, [entry(22, 5)], 22));
    const taken = gathering.take();
    expect(taken?.batch).toMatchObject({ reset, truncateFrom: null });
    expect(taken?.batch.entries.map(({ index, term }) => [index, term])).toEqual([
      [21, 4],
      [22, 5],
    ]);
  });
});
