import { describe, expect, it } from 'vitest';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { DiskError } from '../../../src/raft/storage/disk.ts';
import { LogFormatError } from '../../../src/raft/storage/errors.ts';
import { MembersNote } from '../../../src/raft/storage/members-note.ts';
import type { LogBatch, RecoveredLog } from '../../../src/raft/storage/log-store.ts';
import { readIdentity } from '../../../src/raft/storage/identity.ts';
import { SimDisk, SimPowerCut } from '../../simulation/sim-disk.ts';
import { CLUSTER_ID, expectNothingDeleted, FolderLab, lastOf, memberFolder } from './folder-lab.ts';
import type { Harm } from './harms.ts';
import {
  becomeAnother,
  cutLastBatch,
  endOf,
  FIRST,
  flipInTheMiddle,
  LAST,
  loseTheLog,
  SECOND,
} from './harms.ts';
import { segmentOfVersion } from './later-version.ts';
import { at, batchOf, entryOf, votes } from './log-lab.ts';

const HARMS: readonly (readonly [string, Harm])[] = [
  ['suspect', cutLastBatch],
  ['damaged', flipInTheMiddle],
  ['lost', loseTheLog],
  ['foreign', becomeAnother],
];

describe('a folder that cannot vouch for what it acknowledged', () => {
  it.each(HARMS)(
    'opens when it is %s, says so, and this node recovers under a new identity',
    (kind, harm) => {
      const lab = memberFolder();
      const { folderId } = lab.folder;
      harm(lab);
      const before = lab.everyByte();
      const opened = lab.open();
      expect(opened.doubt).toMatchObject({ kind });
      expect(opened.recovered.hardState.standing).toBe('recovering');
      expect(opened.folderId).not.toBe(folderId);
      expectNothingDeleted(before, lab);

      lab.disk.completeAll();
      const again = lab.open();
      expect(again.doubt, 'told once it is durable that the node recovers').toBeNull();
      expect(again.recovered.hardState.standing).toBe('recovering');
      expect(again.folderId).toBe(opened.folderId);
      expect(again.recovered.entries).toEqual(opened.recovered.entries);
      const next = lastOf(again) + 1;
      lab.append(batchOf({ hardState: votes(2, null, 'voting'), entries: [entryOf(next, 2)] }));
      expect(lastOf(lab.open())).toBe(next);
      expect(lab.folder.recovered.hardState).toEqual(votes(2, null, 'voting'));
      expect(lab.failures).toEqual([]);
    },
  );

  it('keeps what is damaged anew while an earlier doubt is still being dealt with', () => {
    const lab = memberFolder();
    cutLastBatch(lab);
    // The process dies before it is durable that this node recovers.
    lab.open();
    lab.disk.crash(() => false);
    flipInTheMiddle(lab);
    const before = lab.everyByte();
    expect(lab.open().doubt).toMatchObject({ kind: 'suspect' });
    expectNothingDeleted(before, lab);
  });

  it.each(HARMS)('comes to the same end when it is %s and the power fails at any step', (kind, harm) => {
    const harmed = (): FolderLab => {
      const lab = memberFolder();
      harm(lab);
      return lab;
    };
    const expected = harmed();
    const calls = expected.disk.blockingCalls;
    const end = lastOf(expected.open());
    const steps = expected.disk.blockingCalls - calls;
    expect(steps).toBeGreaterThan(0);
    for (const survive of [true, false]) {
      for (let step = 1; step <= steps; step += 1) {
        const lab = harmed();
        const before = lab.everyByte();
        const { folderId } = readIdentity(lab.disk) ?? { folderId: '' };
        lab.disk.cutPowerAt(step, (_file, offset) => (offset === 0 ? survive : (offset >> 9) % 2 === 0));
        expect(() => lab.open()).toThrow(SimPowerCut);
        lab.disk.crash(() => survive);
        const opened = lab.open();
        expect(opened.doubt, `cut at step ${step}`).not.toBeNull();
        expect(lastOf(opened)).toBe(end);
        expect(opened.recovered.hardState.standing).toBe('recovering');
        expect(opened.folderId).not.toBe(folderId);
        if (kind !== 'foreign') expect(opened.doubt?.kind).toBe(kind);
        expectNothingDeleted(before, lab);
      }
    }
  });

  it.each(HARMS)('is told again when it is %s, until it is durable that the node recovers', (_kind, harm) => {
    for (let steps = 0; steps <= 9; steps += 1) {
      const lab = memberFolder();
      harm(lab);
      const first = lab.open();
      for (let step = 0; step < steps; step += 1) lab.disk.completeNext();
      const isNoted = readIdentity(lab.disk)?.doubt === null;
      lab.disk.crash(() => false);
      const second = lab.open();
      expect(second.doubt === null).toBe(isNoted);
      expect(second.folderId).toBe(first.folderId);
      expect(second.formerFolderIds).toEqual(first.formerFolderIds);
      expect(second.recovered.hardState).toEqual(first.recovered.hardState);
      expect(second.recovered.entries).toEqual(first.recovered.entries);
    }
  });

  it('keeps what can be read, and names what is lost', () => {
    const lab = memberFolder();
    flipInTheMiddle(lab);
    const { doubt, recovered } = lab.open();
    expect(lastOf(lab.folder)).toBe(2);
    expect(recovered.entries).toHaveLength(2);
    expect(doubt?.file).toBe(`/sim/${SECOND}`);
    expect(doubt?.what).toMatch(
      /damaged in \/sim\/log-0000000002\.seg at byte \d+: .*later batch.* The log is whole up to entry 2 of term 1\. Set aside: .*aside-0001-damaged-log-0000000003\.seg.* Nothing was deleted/,
    );
  });

  it('names the mark that a suspect log falls short of', () => {
    const lab = memberFolder();
    const mark = endOf(lab, LAST);
    cutLastBatch(lab);
    expect(lab.open().doubt?.what).toMatch(
      new RegExp(`being written up to byte ${mark} \\(entry 8 of term 1\\).* whole up to entry 7 of term 1`),
    );
  });

  it('is suspect when a file was cut at the boundary of a record', () => {
    const lab = memberFolder();
    const bytes = lab.disk.readFile(LAST);
    lab.disk.plant(LAST, bytes.subarray(0, 4096 + Math.floor((endOf(lab, LAST) - 4096) / 2)));
    expect(lab.open().doubt?.kind).toBe('suspect');
    lab.disk.completeAll();
    lab.appendEntries(lastOf(lab.folder) + 1, 12, 2);
    expect(lastOf(lab.open())).toBe(12);
  });

  it.each([FIRST, SECOND, LAST])('is damaged when %s is missing', (name) => {
    const lab = memberFolder();
    lab.disk.destroy(name);
    expect(lab.open().doubt).toMatchObject({ kind: 'damaged', file: `/sim/${name}` });
    expect(lastOf(lab.folder)).toBe({ [FIRST]: 0, [SECOND]: 2, [LAST]: 6 }[name]);
  });

  it('is damaged when another folder left a segment here', () => {
    const lab = memberFolder();
    const other = new FolderLab(new SimDisk(), 77);
    other.open();
    other.append(batchOf({ entries: [entryOf(1, 1)] }));
    lab.disk.plant('log-0000000003.seg', other.disk.readFile(FIRST));
    expect(lab.open().doubt).toMatchObject({ kind: 'damaged', file: '/sim/log-0000000003.seg' });
    expect(lastOf(lab.folder)).toBe(4);
  });

  it.each(['gone', 'unreadable'])(
    'sets all aside when its identity is %s: nobody can say whose it is',
    (how) => {
      const lab = memberFolder();
      if (how === 'gone') lab.disk.destroy('identity.json');
      else lab.disk.plant('identity.json', Uint8Array.of(0));
      const before = lab.everyByte();
      const { doubt, recovered, clusterId, formerFolderIds } = lab.open();
      expect(doubt?.kind).toBe('damaged');
      expect([recovered.entries, clusterId, formerFolderIds]).toEqual([[], null, []]);
      expectNothingDeleted(before, lab);
    },
  );
});

describe('the identities that a log is carried on from', () => {
  it('are those back to one that could vouch', () => {
    const lab = memberFolder();
    const first = lab.folder.folderId;
    cutLastBatch(lab);
    const { folderId: second, formerFolderIds } = lab.open();
    expect(formerFolderIds).toEqual([first]);
    lab.disk.completeAll();
    lab.disk.overwrite(LAST, endOf(lab, LAST) - 60, new Uint8Array(60));
    expect(lab.open().formerFolderIds).toEqual([first, second]);
  });

  it('are none if the log is gone', () => {
    const lab = memberFolder();
    loseTheLog(lab);
    expect(lab.open()).toMatchObject({ formerFolderIds: [], clusterId: CLUSTER_ID });
  });

  it('are none if the node had been emptied before, and was never taken in again', () => {
    const lab = new FolderLab();
    lab.open();
    lab.append(batchOf({ hardState: votes(0, null, 'recovering'), entries: [] }));
    lab.folder.rememberCluster(CLUSTER_ID);
    lab.appendEntries(1, 8);
    cutLastBatch(lab);
    expect(lab.open()).toMatchObject({ formerFolderIds: [], doubt: { kind: 'suspect' } });
  });

  it('are none if the log is cut below the newest membership: it knows too few members', () => {
    const lab = memberFolder();
    const members = { ...entryOf(9, 1, 'who'), kind: 'members' } as const;
    lab.append(batchOf({ entries: [members] }));
    expect(readIdentity(lab.disk)?.membersIndex).toBe(9);
    flipInTheMiddle(lab);
    expect(lab.open().formerFolderIds).toEqual([]);
  });

  it.each([
    ['its log is lost', loseTheLog],
    ['its log is cut below the newest membership', flipInTheMiddle],
  ])('are none any more if %s while an earlier doubt is still being dealt with', (_how, harm) => {
    const lab = memberFolder(4);
    const payload = new TextEncoder().encode('who');
    const members = sealEntry(term(1), logIndex(5), { kind: 'members', clusterTimeMs: 0, payload });
    lab.append(batchOf({ entries: [members] }));
    lab.appendEntries(6, 8);
    cutLastBatch(lab);
    expect(lab.open().formerFolderIds).toHaveLength(1);
    // The process dies before it is durable that this node recovers.
    lab.disk.crash(() => false);
    harm(lab);
    expect(lab.open()).toMatchObject({ formerFolderIds: [], doubt: { kind: 'suspect' } });
    lab.disk.completeAll();
    expect(lab.open().formerFolderIds).toEqual([]);
  });

  /** The ninth entry was a membership that never was committed, and was cut away again by a later leader. */
  const rolledBack = (): FolderLab => {
    const lab = memberFolder();
    lab.append(batchOf({ entries: [{ ...entryOf(9, 1, 'who'), kind: 'members' } as const] }));
    lab.append(batchOf({ hardState: votes(2, 'n2'), truncateFrom: entryOf(9, 1).index, entries: [] }));
    return lab;
  };

  it('are as ever if the newest membership was rolled back: nobody need know it', () => {
    const lab = rolledBack();
    expect(readIdentity(lab.disk)?.membersIndex).toBe(0);
    const { folderId } = lab.folder;
    lab.appendEntries(9, 10, 2);
    flipInTheMiddle(lab);
    expect(lab.open().formerFolderIds).toEqual([folderId]);
  });

  it('are as ever though the process died before it had noted that', () => {
    const lab = memberFolder();
    lab.append(batchOf({ entries: [{ ...entryOf(9, 1, 'who'), kind: 'members' } as const] }));
    const noteNothing = new DiskError('no-space', 'identity.json', 'simulated: no room for a note');
    lab.disk.replaceFile = () => {
      throw noteNothing;
    };
    const before = lab.acknowledged;
    lab.append(batchOf({ hardState: votes(2, 'n2'), truncateFrom: entryOf(9, 1).index, entries: [] }));
    expect(lab.acknowledged, 'nothing waits for it').toBe(before + 1);
    Reflect.deleteProperty(lab.disk, 'replaceFile');
    expect(readIdentity(lab.disk)?.membersIndex).toBe(9);
    const { folderId } = lab.open();
    expect(readIdentity(lab.disk)?.membersIndex).toBe(0);
    lab.disk.completeAll();
    lab.appendEntries(9, 10, 2);
    flipInTheMiddle(lab);
    expect(lab.open().formerFolderIds).toEqual([folderId]);
  });
});

describe('that a membership is committed', () => {
  it('is noted, and known at the next start', () => {
    const lab = memberFolder();
    lab.folder.rememberSettledMembers(7);
    lab.folder.rememberSettledMembers(4);
    expect(lab.open().settledMembersIndex).toBe(7);
    expect(new FolderLab().open().settledMembersIndex).toBe(0);
  });

  it('is not noted without room, which stops nobody', () => {
    const lab = memberFolder();
    lab.disk.replaceFile = () => {
      throw new DiskError('no-space', 'identity.json', 'simulated: no room for a note');
    };
    lab.folder.rememberSettledMembers(7);
    Reflect.deleteProperty(lab.disk, 'replaceFile');
    expect(lab.open().settledMembersIndex).toBe(0);
  });
});

describe('what is noted of the memberships in a log', () => {
  const members = (index: number) => ({ ...entryOf(index, 1, 'who'), kind: 'members' }) as const;
  const noteOf = (...entries: readonly Entry[]) => {
    const note = new MembersNote({ entries }, () => ({ members: [] }));
    const noted = (membersIndex: number) => ({ membersIndex, voters: [] });
    return {
      after: (batch: LogBatch, before: number) => note.after(batch, noted(before), null).membersIndex,
      found: (log: Pick<RecoveredLog, 'base' | 'entries'>, before: number) =>
        note.found(log, noted(before), null).membersIndex,
    };
  };

  it('grows with them, and falls back to the one before when the newest is cut away', () => {
    const note = noteOf(members(1), entryOf(2, 1));
    expect(note.after(batchOf({ entries: [members(3)] }), 1)).toBe(3);
    expect(note.after(batchOf({ entries: [members(3)] }), 1), 'told twice').toBe(3);
    expect(note.after(batchOf({ truncateFrom: entryOf(3, 1).index, entries: [members(3)] }), 3)).toBe(3);
    expect(note.after(batchOf({ truncateFrom: entryOf(3, 1).index }), 3)).toBe(1);
    expect(note.after(batchOf({ truncateFrom: entryOf(3, 1).index }), 1)).toBe(1);
  });

  it('goes up or down to a snapshot that takes the place of the log, and stays where one covers it', () => {
    const note = noteOf(members(7));
    expect(note.after(batchOf({ reset: at(9, 2) }), 7)).toBe(9);
    expect(noteOf(members(7)).after(batchOf({ reset: at(5, 2) }), 7)).toBe(5);
    expect(note.after(batchOf({ entries: [members(10)] }), 7)).toBe(10);
    expect(note.found({ base: at(9, 2), entries: [members(10)] }, 10)).toBe(10);
    expect(noteOf().found({ base: at(9, 2), entries: [entryOf(10, 2)] }, 10)).toBe(0);
    expect(noteOf().found({ base: at(9, 2), entries: [] }, 7)).toBe(7);
  });
});

describe('a folder without a doubt', () => {
  it('is an emptied one: it is a new folder', () => {
    const { doubt, clusterId, recovered } = new FolderLab().open();
    expect([doubt, clusterId, recovered.hardState]).toEqual([null, null, votes(0, null)]);
  });

  it('is one whose process was killed at any moment', () => {
    for (let steps = 0; steps < 12; steps += 1) {
      const lab = memberFolder(2);
      lab.folder.store.append(batchOf({ entries: [entryOf(3, 1, 'x'.repeat(3000))] }), () => undefined);
      for (let step = 0; step < steps; step += 1) lab.disk.completeNext();
      lab.disk.kill((_file, offset) => (offset >> 9) % 2 === 0);
      expect(lab.open().doubt).toBeNull();
    }
  });

  it('is refused in a version of the log that this program does not read, even to be repaired', () => {
    const lab = memberFolder();
    lab.disk.overwrite(FIRST, 0, segmentOfVersion(lab.disk.readFile(FIRST).subarray(0, 512), 9));
    const before = lab.everyByte();
    expect(() => lab.open()).toThrow(LogFormatError);
    expect(lab.everyByte()).toEqual(before);
  });
});
