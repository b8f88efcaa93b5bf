import { describe, expect, it } from 'vitest';
import type { StoredSnapshot } from '../../../src/raft/storage/snapshot-store.ts';
import type { FolderLab } from './folder-lab.ts';
import { memberFolder } from './folder-lab.ts';

const snapshotsOf = (lab: FolderLab): readonly string[] =>
  lab.disk.list().filter((name) => name.startsWith('snapshot-'));

describe('a snapshot that has rotted since it was stored', () => {
  /** Reads it for a follower, from its beginning to its end. The errors. */
  const send = (lab: FolderLab, stored: StoredSnapshot, chunk: number): readonly string[] => {
    const file = lab.folder.snapshots.open(stored);
    const errors: string[] = [];
    for (let from = 0; from < stored.bytes; from += chunk) {
      file.read(from, Math.min(chunk, stored.bytes - from), (error) => {
        if (error !== null) errors.push(error.message);
      });
      lab.disk.completeAll();
    }
    file.close();
    return errors;
  };

  it('is noticed when it is sent, whichever byte it is and whatever the chunks', () => {
    const lab = memberFolder();
    const stored = lab.takeSnapshot(5, 1);
    const [name = ''] = snapshotsOf(lab);
    for (const chunk of [1, 3, 7, stored.bytes - 2, stored.bytes])
      expect(send(lab, stored, chunk)).toEqual([]);
    for (let at = 0; at < stored.bytes; at += 1) {
      lab.flip(name, at);
      for (const chunk of [4, 9, stored.bytes])
        expect(send(lab, stored, chunk), `byte ${at}`).not.toEqual([]);
      lab.flip(name, at);
    }
  });

  it('is noticed when it begins anew, though some of it is read twice', () => {
    const lab = memberFolder();
    const stored = lab.takeSnapshot(5, 1);
    const [name = ''] = snapshotsOf(lab);
    const file = lab.folder.snapshots.open(stored);
    const errors: unknown[] = [];
    const read = (from: number, to: number): void => {
      file.read(from, to - from, (error) => errors.push(error?.message ?? null));
      lab.disk.completeAll();
    };
    read(0, 10);
    read(10, 20);
    read(10, 20);
    read(20, stored.bytes);
    expect(errors).toEqual([null, null, null, null]);
    lab.flip(name, 30);
    read(0, 20);
    read(20, stored.bytes);
    expect(errors.at(-1)).toContain('does not match its checksum any more');
  });
});
