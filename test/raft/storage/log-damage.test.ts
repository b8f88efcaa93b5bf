import { describe, expect, it } from 'vitest';
import { LogDamagedError, LogForeignError, LogSuspectError } from '../../../src/raft/storage/errors.ts';
import { recoverLog } from '../../../src/raft/storage/recover-log.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { batchOf, contentsOf, entryOf, FOLDER_ID, LogLab, votes } from './log-lab.ts';

/*
 * What is promised of a log whose batches were all acknowledged: if any one byte of it changes, a start either finds
 * the very same log, or refuses with an error. It never finds a shorter or another one. A changed byte of a record is
 * always noticed; paddings, unused bytes and marks hold nothing that a single change could take away.
 */
const FILES = ['log-0000000001.seg', 'log-0000000002.seg'] as const;

const sound = (): LogLab => {
  const lab = new LogLab(5120);
  lab.open();
  lab.appendDurably(
    batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(1, 1), entryOf(2, 1)] }),
    batchOf({ entries: [entryOf(3, 1, 'x'.repeat(300))] }),
    batchOf({ hardState: votes(2, null), truncateFrom: 3, entries: [entryOf(3, 2, 'y'.repeat(301))] }),
    batchOf({ hardState: votes(3, 'n2') }),
    batchOf({ entries: [entryOf(4, 3)] }),
  );
  return lab;
};

const copyOf = (lab: LogLab): SimDisk => {
  const disk = new SimDisk();
  for (const name of lab.disk.list()) disk.replaceFile(name, lab.disk.readFile(name));
  return disk;
};

describe('one changed byte', () => {
  const lab = sound();
  const expected = contentsOf(recoverLog({ disk: lab.disk, folderIds: [FOLDER_ID], snapshot: null }).log);

  const outcomeOf = (name: string, offset: number, mask: number): 'same' | 'refused' => {
    const disk = copyOf(lab);
    disk.overwrite(name, offset, Uint8Array.of((disk.readFile(name)[offset] ?? 0) ^ mask));
    try {
      expect(
        contentsOf(recoverLog({ disk: disk, folderIds: [FOLDER_ID], snapshot: null }).log),
        `byte ${offset} of ${name}`,
      ).toEqual(expected);
      return 'same';
    } catch (error) {
      const known = [LogDamagedError, LogSuspectError, LogForeignError];
      if (!known.some((kind) => error instanceof kind)) throw error;
      return 'refused';
    }
  };

  it('is a test of two segments in use', () => {
    expect(expected.entries).toHaveLength(4);
    expect(FILES.map((name) => lab.disk.readFile(name)[0])).not.toContain(0);
  });

  it.each(FILES)('of %s never leaves another log than the one that was acknowledged', (name) => {
    const { byteLength } = lab.disk.readFile(name);
    for (let offset = 0; offset < byteLength; offset += 1) {
      const unused = offset > 1100 && offset < 4096;
      if (!unused || offset % 64 === 0) outcomeOf(name, offset, 1 << (offset % 8));
    }
  });

  it.each(FILES)('of a record of %s is always noticed', (name) => {
    const bytes = lab.disk.readFile(name);
    const silent: number[] = [];
    let live = 0;
    for (let offset = 4096; offset < bytes.byteLength; offset += 1) {
      if (bytes[offset] === 0) continue;
      live += 1;
      if (outcomeOf(name, offset, 0x80) === 'same') silent.push(offset);
    }
    expect(live).toBeGreaterThan(100);
    expect(silent).toEqual([]);
  });

  it.each(FILES)('of the header of %s is always noticed', (name) => {
    for (let offset = 0; offset < 512; offset += 1)
      expect(outcomeOf(name, offset, 4), `byte ${offset}`).toBe('refused');
  });

  it('of either mark is survived', () => {
    for (let offset = 512; offset < 1088; offset += 1) expect(outcomeOf(FILES[1], offset, 2)).toBe('same');
  });
});
