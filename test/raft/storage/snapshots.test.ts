import { describe, expect, it } from 'vitest';
import { LogDamagedError, LogFormatError } from '../../../src/raft/storage/errors.ts';
import type { SnapshotFileId, StoredSnapshot } from '../../../src/raft/storage/snapshot-store.ts';
import { FolderLab, lastOf, memberFolder, metaOf, piecesOf } from './folder-lab.ts';
import { snapshotOfVersion } from './later-version.ts';
import { at, batchOf, entryOf } from './log-lab.ts';

const idOf = ({ meta, bytes, checksum }: StoredSnapshot): SnapshotFileId => ({
  index: meta.index,
  term: meta.term,
  bytes,
  checksum,
});

const snapshotsOf = (lab: FolderLab): readonly string[] =>
  lab.disk.list().filter((name) => name.startsWith('snapshot-'));

/** The bytes of a stored snapshot's file. */
const bytesOf = (lab: FolderLab, stored: StoredSnapshot): Uint8Array => {
  const file = lab.folder.snapshots.open(stored);
  let read = new Uint8Array();
  file.read(0, stored.bytes, (_error, bytes) => {
    read = Uint8Array.from(bytes ?? []);
  });
  lab.disk.completeAll();
  file.close();
  return read;
};

const newestPieces = (lab: FolderLab): readonly string[] => {
  const { newest } = lab.folder.snapshots;
  return newest === null ? [] : piecesOf(lab, lab.folder.snapshots.read(newest));
};

/** Sends a file's bytes in chunks to another folder. */
const receive = (
  lab: FolderLab,
  file: SnapshotFileId,
  bytes: Uint8Array,
  chunk = 7,
): StoredSnapshot | null | 'nothing' => {
  const receiver = lab.folder.snapshots.receive(file);
  for (let from = 0; from < bytes.byteLength; from += chunk) {
    receiver.add(bytes.subarray(from, from + chunk), () => undefined);
    lab.disk.completeAll();
  }
  let result: StoredSnapshot | null | 'nothing' = 'nothing';
  receiver.finish((_error, stored) => {
    result = stored;
  });
  lab.disk.completeAll();
  return result;
};

const newFolder = (): FolderLab => {
  const lab = new FolderLab();
  lab.open();
  lab.disk.completeAll();
  return lab;
};

describe('a snapshot of this node', () => {
  it('gives back its pieces as they were, and what it stands for, after a power cut', () => {
    const lab = memberFolder();
    const pieces = ['first', '', 'x'.repeat(65_536), 'last'];
    const stored = lab.takeSnapshot(5, 1, pieces);
    lab.disk.crash(() => false);
    lab.open();
    expect(lab.folder.snapshots.newest).toEqual(stored);
    expect(stored.meta).toEqual(metaOf(5, 1));
    expect(newestPieces(lab)).toEqual(pieces);
  });

  it('takes each piece before it asks for the next, which may lie in the same memory', () => {
    const lab = memberFolder();
    const texts = ['first', 'x'.repeat(65_536), 'y'.repeat(300), '', 'last'];
    const memory = Buffer.alloc(65_536);
    function* pieces(): Generator<Uint8Array> {
      for (const text of texts) {
        memory.fill(0);
        yield memory.subarray(0, memory.write(text));
      }
    }
    const writer = lab.folder.snapshots.write(metaOf(5, 1));
    writer.add(pieces(), () => writer.add(pieces(), () => writer.finish(() => undefined)));
    lab.disk.completeAll();
    lab.open();
    expect(newestPieces(lab)).toEqual([...texts, ...texts]);
  });

  it('may have no pieces at all', () => {
    const lab = memberFolder();
    lab.takeSnapshot(5, 1, []);
    lab.open();
    expect(newestPieces(lab)).toEqual([]);
    expect(lab.folder.snapshots.newest?.meta.index).toBe(5);
  });

  it('refuses a piece of more than 64 KiB', () => {
    const lab = memberFolder();
    const writer = lab.folder.snapshots.write(metaOf(5, 1));
    expect(() => writer.add([new Uint8Array(65_537)], () => undefined)).toThrow(RangeError);
  });

  it('takes the place of the one before, which is kept until then', () => {
    const lab = memberFolder();
    lab.takeSnapshot(3, 1);
    const [before] = snapshotsOf(lab);
    const writer = lab.folder.snapshots.write(metaOf(6, 1));
    writer.add([new TextEncoder().encode('piece')], () => undefined);
    lab.disk.completeAll();
    writer.finish(() => undefined);
    while (lab.folder.snapshots.newest?.meta.index === 3) {
      expect(lab.disk.list()).toContain(before);
      lab.disk.completeNext();
    }
    lab.disk.completeAll();
    expect(snapshotsOf(lab)).toHaveLength(1);
    expect(lab.open().snapshots.newest?.meta.index).toBe(6);
  });

  it('is there as a whole or not at all, whenever the power fails', () => {
    for (const survive of [true, false]) {
      for (let steps = 0; steps <= 14; steps += 1) {
        const lab = memberFolder();
        lab.takeSnapshot(3, 1);
        const writer = lab.folder.snapshots.write(metaOf(6, 1));
        let published = false;
        writer.add([new TextEncoder().encode('c'.repeat(3000))], () =>
          writer.finish(() => {
            published = true;
          }),
        );
        for (let step = 0; step < steps; step += 1) lab.disk.completeNext();
        lab.disk.crash((_file, offset) => (offset === 0 ? survive : (offset >> 9) % 2 === 0));
        const { snapshots, doubt } = lab.open();
        expect(doubt).toBeNull();
        expect([3, 6]).toContain(snapshots.newest?.meta.index);
        if (published) expect(snapshots.newest?.meta.index).toBe(6);
        expect(newestPieces(lab)).toEqual(
          snapshots.newest?.meta.index === 6 ? ['c'.repeat(3000)] : ['a', 'b'],
        );
        lab.disk.completeAll();
        expect(snapshotsOf(lab), 'nothing unfinished is left').toHaveLength(1);
      }
    }
  });

  it('leaves nothing behind when it is abandoned, at any moment', () => {
    for (let steps = 0; steps <= 6; steps += 1) {
      const lab = memberFolder();
      const writer = lab.folder.snapshots.write(metaOf(6, 1));
      let calls = 0;
      writer.add([new TextEncoder().encode('piece')], () => {
        calls += 1;
        writer.finish(() => (calls += 1));
      });
      for (let step = 0; step < steps && lab.folder.snapshots.newest === null; step += 1)
        lab.disk.completeNext();
      const before = calls;
      writer.abandon();
      lab.disk.completeAll();
      expect(calls, 'nothing is called after it').toBe(before);
      if (lab.folder.snapshots.newest === null) expect(snapshotsOf(lab)).toEqual([]);
    }
  });

  it('that was begun before is abandoned when another begins', () => {
    const lab = memberFolder();
    lab.folder.snapshots.write(metaOf(4, 1)).add([new Uint8Array(10)], () => undefined);
    lab.takeSnapshot(6, 1);
    expect(snapshotsOf(lab)).toHaveLength(1);
  });
});

describe('a snapshot that is sent', () => {
  it('arrives as the very same file, whatever the chunks', () => {
    const sender = memberFolder();
    const stored = sender.takeSnapshot(5, 1, ['a', 'b'.repeat(60_000)]);
    const bytes = bytesOf(sender, stored);
    for (const chunk of [999, 65_536]) {
      const lab = newFolder();
      expect(receive(lab, idOf(stored), bytes, chunk)).toEqual(stored);
      expect(newestPieces(lab)).toEqual(['a', 'b'.repeat(60_000)]);
      lab.append(batchOf({ reset: at(5, 1), entries: [entryOf(6, 1)] }));
      lab.disk.crash(() => false);
      expect(lab.open().snapshots.newest).toEqual(stored);
      expect(lab.folder.recovered.base).toEqual(at(5, 1));
      expect(bytesOf(lab, stored)).toEqual(bytes);
    }
  });

  it('does not count if a byte of it is not what was announced', () => {
    const sender = memberFolder();
    const stored = sender.takeSnapshot(5, 1);
    const bytes = bytesOf(sender, stored);
    for (let offset = 0; offset < bytes.byteLength; offset += 1) {
      const wrong = Uint8Array.from(bytes);
      wrong[offset] = (wrong[offset] ?? 0) ^ 1;
      const lab = newFolder();
      expect(receive(lab, idOf(stored), wrong), `byte ${offset}`).toBeNull();
      expect(snapshotsOf(lab)).toEqual([]);
    }
  });

  it.each([
    ['ends too soon', (file: SnapshotFileId) => ({ ...file, bytes: file.bytes + 1 })],
    ['goes on too long', (file: SnapshotFileId) => ({ ...file, bytes: file.bytes - 1 })],
    ['has another checksum', (file: SnapshotFileId) => ({ ...file, checksum: file.checksum ^ 1 })],
    ['is of another index', (file: SnapshotFileId) => ({ ...file, index: file.index + 1 })],
  ])('does not count if it %s', (_how, announce) => {
    const sender = memberFolder();
    const stored = sender.takeSnapshot(5, 1);
    const lab = newFolder();
    expect(receive(lab, announce(idOf(stored)), bytesOf(sender, stored))).toBeNull();
    expect(snapshotsOf(lab)).toEqual([]);
  });

  it('is not mixed up with one that an earlier process left behind, and that is removed late', () => {
    const sender = memberFolder();
    const stored = sender.takeSnapshot(4, 1);
    const bytes = bytesOf(sender, stored);
    const lab = new FolderLab();
    lab
      .open()
      .snapshots.receive(idOf(stored))
      .add(bytes.subarray(0, 10), () => undefined);
    lab.disk.completeAll();
    lab.disk.kill(() => true);
    const left = snapshotsOf(lab);
    expect(left).toHaveLength(1);
    const partial = lab.open().snapshots.receive(idOf(stored));
    partial.add(bytes, () => undefined);
    // The disk takes its time with what was left behind.
    const late = lab.disk.pending.findIndex(({ kind }) => kind === 'remove');
    lab.disk.complete(late === 0 ? 1 : 0);
    expect(snapshotsOf(lab)).toHaveLength(2);
    lab.disk.completeAll();
    expect(snapshotsOf(lab)).not.toContain(left[0]);
    expect(partial.received).toBe(bytes.length);
  });

  it('says how far it has come, so that it can be gone on with', () => {
    const sender = memberFolder();
    const stored = sender.takeSnapshot(5, 1);
    const lab = newFolder();
    const receiver = lab.folder.snapshots.receive(idOf(stored));
    expect(receiver.received).toBe(0);
    receiver.add(bytesOf(sender, stored).subarray(0, 30), () => undefined);
    expect(receiver.received, 'only what the disk has taken').toBe(0);
    lab.disk.completeAll();
    expect(receiver.received).toBe(30);
  });

  it('that takes its own place again, while it is still being read, is not removed when it has been', () => {
    const lab = newFolder();
    const first = lab.takeSnapshot(10, 1, ['a']);
    const bytes = bytesOf(lab, first);
    const reader = lab.folder.snapshots.open(first);
    lab.takeSnapshot(10, 1, ['the same state, in other pieces']);
    expect(receive(lab, idOf(first), bytes)).toEqual(first);
    reader.close();
    lab.disk.completeAll();
    expect(snapshotsOf(lab)).toHaveLength(1);
    expect(newestPieces(lab)).toEqual(['a']);
  });

  it('is kept while it is being read, though a newer one has taken its place', () => {
    const lab = memberFolder();
    const stored = lab.takeSnapshot(3, 1);
    const file = lab.folder.snapshots.open(stored);
    const reader = lab.folder.snapshots.read(stored);
    lab.takeSnapshot(6, 1);
    file.close();
    file.close();
    lab.disk.completeAll();
    expect(snapshotsOf(lab)).toHaveLength(2);
    expect(piecesOf(lab, reader)).toEqual(['a', 'b']);
    lab.disk.completeAll();
    expect(snapshotsOf(lab)).toHaveLength(1);
    let answer: string | null = null;
    lab.folder.snapshots.open(stored).read(0, 1, (error) => {
      answer = error?.code ?? null;
    });
    lab.disk.completeAll();
    expect(answer).toBe('not-found');
  });
});

describe('a snapshot that is damaged', () => {
  /** A snapshot that covers 5 entries, and a log that begins after 4 or after none. */
  const damagedAt = (offset: number, dropped: 'dropped' | 'whole'): FolderLab => {
    const lab = memberFolder();
    lab.takeSnapshot(5, 1);
    if (dropped === 'dropped') lab.folder.store.dropUpTo(at(5, 1).index);
    lab.disk.completeAll();
    lab.flip(snapshotsOf(lab)[0] ?? '', offset);
    return lab;
  };
  const size = ((): number => memberFolder().takeSnapshot(5, 1).bytes)();

  it('is noticed at any byte, and no harm while the log reaches below it', () => {
    for (let offset = 0; offset < size; offset += 1) {
      const lab = damagedAt(offset, 'whole');
      const { doubt, snapshots } = lab.open();
      expect([doubt, snapshots.newest], `byte ${offset}`).toEqual([null, null]);
      expect(lastOf(lab.folder)).toBe(8);
      expect(snapshotsOf(lab)).toEqual([]);
      expect(lab.disk.list().filter((name) => name.startsWith('aside-0001-damaged-snapshot-'))).toHaveLength(
        1,
      );
    }
  });

  it('is not what one of a later version is: that is refused, and kept as it is', () => {
    const lab = memberFolder();
    lab.takeSnapshot(5, 1);
    const [name = ''] = snapshotsOf(lab);
    lab.disk.plant(name, snapshotOfVersion(lab.disk.readFile(name), 2));
    const before = lab.everyByte();
    expect(() => lab.open()).toThrow(LogFormatError);
    expect(() => lab.open()).toThrow(/has format version 2; this program reads version 1/);
    expect(lab.everyByte()).toEqual(before);
  });

  it('is damage if the log does not reach below it', () => {
    const lab = damagedAt(60, 'dropped');
    const { doubt, recovered, formerFolderIds } = lab.open();
    expect(doubt?.kind).toBe('damaged');
    expect(doubt?.what).toMatch(/The snapshot snapshot-\S+ cannot be used: .* Nothing of the log is left/);
    expect([recovered.base.index, recovered.entries, formerFolderIds]).toEqual([0, [], []]);
  });

  it('is refused by a node that nobody else could bring back', () => {
    const lab = damagedAt(60, 'dropped');
    lab.othersConfigured = false;
    const before = lab.everyByte();
    expect(() => lab.open()).toThrow(LogDamagedError);
    expect(lab.everyByte()).toEqual(before);
  });

  it('falls back to the one before, if a crash has left it', () => {
    const lab = memberFolder();
    lab.takeSnapshot(3, 1);
    const [older = ''] = snapshotsOf(lab);
    const bytes = lab.disk.readFile(older);
    lab.takeSnapshot(6, 1);
    const [newer = ''] = snapshotsOf(lab);
    lab.disk.plant(older, bytes);
    lab.flip(newer, 60);
    expect(lab.open()).toMatchObject({ doubt: null, snapshots: { newest: { meta: { index: 3 } } } });
    expect(lastOf(lab.folder)).toBe(8);
  });

  it('is told while it is read, too', () => {
    const lab = memberFolder();
    const stored = lab.takeSnapshot(5, 1, ['a piece', 'another']);
    const reader = lab.folder.snapshots.read(stored);
    lab.flip(snapshotsOf(lab)[0] ?? '', stored.bytes - 22);
    expect(piecesOf(lab, reader)).toEqual(['error io']);
  });

  it('gives what lies in the blocks before', () => {
    const lab = memberFolder();
    const pieces = Array.from({ length: 18 }, (_, n) => n.toString(36).repeat(64 * 1024));
    const stored = lab.takeSnapshot(5, 1, pieces);
    const whole = lab.folder.snapshots.read(stored);
    expect(piecesOf(lab, whole)).toEqual(pieces);
    const reader = lab.folder.snapshots.read(stored);
    lab.flip(snapshotsOf(lab)[0] ?? '', stored.bytes - 22);
    expect(piecesOf(lab, reader)).toEqual([...pieces.slice(0, 16), 'error io']);
  });
});

describe('a snapshot and a full disk', () => {
  it('abandons it with an alarm, and says so when one is written again', () => {
    const lab = memberFolder();
    lab.takeSnapshot(3, 1);
    lab.disk.freeBytes = 500;
    const writer = lab.folder.snapshots.write(metaOf(6, 1));
    const codes: unknown[] = [];
    writer.add([new Uint8Array(1000)], (error) => codes.push(error?.code));
    lab.disk.completeAll();
    expect(codes).toEqual(['no-space']);
    expect(lab.alarms).toEqual(['no-space-for-snapshot']);
    expect(snapshotsOf(lab)).toHaveLength(1);
    expect(lab.disk.freeBytes).toBe(500);
    lab.disk.freeBytes = 100_000;
    lab.takeSnapshot(6, 1);
    expect(lab.alarms).toEqual(['no-space-for-snapshot', 'snapshot-written-again']);
    expect(lab.failures).toEqual([]);
  });
});
