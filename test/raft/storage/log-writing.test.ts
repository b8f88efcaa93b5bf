import { describe, expect, it } from 'vitest';
import { RaftInvariantError } from '../../../src/raft/core/errors.ts';
import { batchOf, contentsOf, entryOf, LogLab, NOTHING, votes } from './log-lab.ts';

const kindsPending = (lab: LogLab): string[] => lab.disk.pending.map(({ kind, file }) => `${kind} ${file}`);
const SEGMENT = 'log-0000000001.seg';

/** A lab whose first segment is in use, with one entry in it. */
const begun = (segmentBytes?: number): LogLab => {
  const lab = new LogLab(segmentBytes);
  lab.open();
  lab.appendDurably(batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(1, 1)] }));
  return lab;
};

const reopened = (lab: LogLab): ReturnType<typeof contentsOf> => {
  const expected = lab.states.at(-1);
  lab.disk.crash(() => false);
  const found = contentsOf(lab.open());
  expect(found).toEqual(expected);
  return found;
};

describe('the log on disk', () => {
  it('is empty in an empty folder, and reserves its first segment in the background', () => {
    const lab = new LogLab();
    expect(contentsOf(lab.open())).toEqual(NOTHING);
    expect(kindsPending(lab)).toEqual([`reserve ${SEGMENT}`]);
  });

  it('gives back entries, term and vote, and truncations', () => {
    const lab = begun();
    lab.appendDurably(
      batchOf({ entries: [entryOf(2, 1), entryOf(3, 1)] }),
      batchOf({
        hardState: votes(2, null),
        truncateFrom: 3,
        entries: [entryOf(3, 2, 'other'), entryOf(4, 2)],
      }),
      batchOf({ hardState: votes(3, 'n3') }),
    );
    const found = reopened(lab);
    expect(found.hardState).toEqual(votes(3, 'n3'));
    expect(found.entries).toHaveLength(4);
  });

  it('gives back entries whose bytes are the very bytes that were appended', () => {
    const lab = begun();
    const entry = entryOf(2, 1, 'a payload');
    lab.appendDurably(batchOf({ entries: [entry] }));
    expect(lab.open().entries[1]).toEqual(entry);
  });

  it('writes the records, then the mark, then syncs once; and only then acknowledges', () => {
    const lab = begun();
    lab.append(batchOf({ entries: [entryOf(2, 1)] }));
    for (const kind of ['write', 'write', 'sync']) {
      expect(kindsPending(lab)).toEqual([`${kind} ${SEGMENT}`]);
      expect(lab.acknowledged).toBe(1);
      lab.disk.completeNext();
    }
    expect(lab.acknowledged).toBe(2);
    expect(kindsPending(lab)).toEqual([]);
  });

  it('gathers batches while a sync runs, and makes them durable with one more', () => {
    const lab = begun(32_768);
    for (let index = 2; index <= 30; index += 1) lab.append(batchOf({ entries: [entryOf(index, 1)] }));
    const completed: string[] = [];
    while (lab.disk.pending.length > 0) {
      completed.push(lab.disk.pending[0]?.kind ?? '');
      lab.disk.completeNext();
      expect([1, 2, 30]).toContain(lab.acknowledged);
    }
    expect(completed).toEqual(['write', 'write', 'sync', 'write', 'write', 'sync']);
    reopened(lab);
  });

  it('acknowledges a batch without any change, after those before it', () => {
    const lab = begun();
    lab.append(batchOf({ entries: [entryOf(2, 1)] }));
    lab.append(batchOf({}));
    expect(lab.acknowledged).toBe(1);
    lab.disk.completeAll();
    expect(lab.acknowledged).toBe(3);
    reopened(lab);
  });

  it('goes on in the next segment when one is full, which begins with the term and vote', () => {
    const lab = begun();
    for (let index = 2; index <= 40; index += 1) {
      lab.appendDurably(batchOf({ entries: [entryOf(index, 1, 'x'.repeat(500))] }));
    }
    expect(lab.disk.list().length).toBeGreaterThan(4);
    const found = reopened(lab);
    expect(found.hardState).toEqual(votes(1, 'n1'));
    expect(found.entries).toHaveLength(40);
  });

  it('reserves the next segment in the background as soon as one is begun', () => {
    const lab = new LogLab();
    lab.open();
    lab.disk.completeAll();
    lab.append(batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(1, 1)] }));
    for (const kind of ['write', 'sync']) {
      expect(kindsPending(lab), 'not before its header is durable').toEqual([`${kind} ${SEGMENT}`]);
      lab.disk.completeNext();
    }
    expect(kindsPending(lab)).toEqual(['reserve log-0000000002.seg', `write ${SEGMENT}`]);
  });

  it('gives a batch that is larger than a segment a segment of its own size', () => {
    const lab = begun();
    lab.appendDurably(
      batchOf({ entries: [entryOf(2, 1, 'x'.repeat(100_000))] }),
      batchOf({ entries: [entryOf(3, 1)] }),
    );
    expect(lab.acknowledged).toBe(3);
    reopened(lab);
  });

  it('goes on writing after a restart, in the same segment', () => {
    const lab = begun();
    reopened(lab);
    lab.appendDurably(batchOf({ entries: [entryOf(2, 1)] }));
    expect(lab.disk.list()).toEqual([SEGMENT, 'log-0000000002.seg']);
    reopened(lab);
  });

  it('uses the segment that was reserved before a restart', () => {
    const lab = begun();
    lab.appendDurably(batchOf({ entries: [entryOf(2, 1, 'x'.repeat(2000))] }));
    expect(lab.disk.list()).toEqual([SEGMENT, 'log-0000000002.seg']);
    reopened(lab);
    lab.disk.freeBytes = 0;
    lab.appendDurably(batchOf({ entries: [entryOf(3, 1, 'x'.repeat(2000))] }));
    expect(lab.acknowledged).toBe(1);
    reopened(lab);
  });

  it('refuses entries that do not follow, rather than write them', () => {
    const lab = begun();
    expect(() => lab.store.append(batchOf({ entries: [entryOf(3, 1)] }), () => undefined)).toThrow(
      RaftInvariantError,
    );
    expect(() => lab.store.append(batchOf({ truncateFrom: 5 }), () => undefined)).toThrow(RaftInvariantError);
  });
});

describe('a disk that runs out of space', () => {
  it('raises an alarm once, keeps batches waiting, and goes on when there is room again', () => {
    const lab = begun();
    lab.disk.freeBytes = 0;
    for (let index = 2; index <= 7; index += 1) {
      lab.append(batchOf({ entries: [entryOf(index, 1, 'x'.repeat(1500))] }));
      lab.disk.completeAll();
    }
    expect(lab.acknowledged).toBe(5);
    lab.store.retryReserve();
    lab.disk.completeAll();
    expect(lab.alarms).toEqual(['no-space']);
    expect(lab.failures).toEqual([]);

    lab.disk.freeBytes = 1_000_000;
    lab.store.retryReserve();
    lab.disk.completeAll();
    expect(lab.alarms).toEqual(['no-space', 'space-again']);
    expect(lab.acknowledged).toBe(7);
    reopened(lab);
  });

  it('holds back the first batch of an empty folder until there is room', () => {
    const lab = new LogLab();
    lab.disk.freeBytes = 0;
    lab.open();
    lab.append(batchOf({ hardState: votes(1, 'n1') }));
    lab.disk.completeAll();
    expect([lab.alarms, lab.acknowledged]).toEqual([['no-space'], 0]);
    lab.disk.freeBytes = 1_000_000;
    lab.store.retryReserve();
    lab.disk.completeAll();
    expect([lab.alarms, lab.acknowledged]).toEqual([['no-space', 'space-again'], 1]);
  });

  it('does nothing when asked to try again without need', () => {
    const lab = begun();
    lab.store.retryReserve();
    expect(lab.disk.pending).toEqual([]);
  });
});

describe('a disk that fails', () => {
  it.each(['write', 'sync'] as const)(
    'has the failure of a %s told once, and nothing acknowledged ever after',
    (kind) => {
      const lab = begun();
      lab.disk.failNext(kind);
      lab.append(batchOf({ entries: [entryOf(2, 1)] }));
      lab.append(batchOf({ entries: [entryOf(3, 1)] }));
      lab.disk.completeAll();
      expect([lab.failures, lab.acknowledged]).toEqual([['io'], 1]);
      lab.append(batchOf({ entries: [entryOf(4, 1)] }));
      lab.store.retryReserve();
      expect(lab.disk.pending).toEqual([]);
      expect(lab.failures).toEqual(['io']);
    },
  );

  it('takes a lack of space while writing for a failure: the room had been reserved', () => {
    const lab = begun();
    lab.disk.failNext('write', 'no-space');
    lab.appendDurably(batchOf({ entries: [entryOf(2, 1)] }));
    expect(lab.failures).toEqual(['no-space']);
  });

  it('takes any other failure to reserve for a failure', () => {
    const lab = new LogLab();
    lab.disk.failNext('reserve', 'not-allowed');
    lab.open();
    lab.disk.completeAll();
    expect([lab.failures, lab.alarms]).toEqual([['not-allowed'], []]);
  });
});
