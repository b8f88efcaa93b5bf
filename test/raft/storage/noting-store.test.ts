import { describe, expect, it } from 'vitest';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { DiskError } from '../../../src/raft/storage/disk.ts';
import type { DiskErrorCode } from '../../../src/raft/storage/disk.ts';
import { memberFolder } from './folder-lab.ts';
import type { FolderLab } from './folder-lab.ts';
import { batchOf, entryOf } from './log-lab.ts';

/** From here on small files cannot be written. */
function failNotes(lab: FolderLab, code: DiskErrorCode): () => void {
  lab.disk.replaceFile = (name) => {
    throw new DiskError(code, name, `simulated failure of a note: ${code}`);
  };
  return () => Reflect.deleteProperty(lab.disk, 'replaceFile');
}

const members = (index: number) =>
  sealEntry(term(1), logIndex(index), { kind: 'members', clusterTimeMs: 0, payload: new Uint8Array() });
const notedMembers = (lab: FolderLab): number =>
  JSON.parse(new TextDecoder().decode(lab.disk.readFile('identity.json'))).membersIndex;

describe('a membership on a full disk', () => {
  it('is acknowledged, and all after it, only when there is room to note it; nobody’s process ends', () => {
    const lab = memberFolder(2);
    const before = lab.acknowledged;
    const roomAgain = failNotes(lab, 'no-space');
    lab.append(batchOf({ entries: [members(3)] }), batchOf({ entries: [entryOf(4, 1)] }));
    expect(lab.acknowledged).toBe(before);
    expect(lab.folder.store.roomBytes).toBe(0);
    expect(lab.failures).toEqual([]);
    roomAgain();
    lab.folder.store.retryReserve();
    expect(lab.acknowledged).toBe(before + 2);
    expect(notedMembers(lab)).toBe(3);
  });

  it('that was not noted yet keeps no node from starting', () => {
    const lab = memberFolder(2);
    const roomAgain = failNotes(lab, 'no-space');
    lab.append(batchOf({ entries: [members(3)] }));
    lab.disk.kill(() => true);
    lab.open();
    lab.disk.completeAll();
    roomAgain();
    lab.folder.store.retryReserve();
    expect(notedMembers(lab)).toBe(3);
  });

  it('stops the node in good order if the disk fails otherwise', () => {
    const lab = memberFolder(2);
    failNotes(lab, 'io');
    lab.append(batchOf({ entries: [members(3)] }));
    expect(lab.failures).toEqual(['io']);
  });
});
