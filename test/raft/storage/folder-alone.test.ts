import { describe, expect, it } from 'vitest';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { IdentityError, LogDamagedError, LogSuspectError } from '../../../src/raft/storage/errors.ts';
import { readIdentity, writeIdentity } from '../../../src/raft/storage/identity.ts';
import {
  CLUSTER_ID,
  expectNothingDeleted,
  FolderLab,
  lastOf,
  memberFolder,
  metaOf,
  votersPayload,
} from './folder-lab.ts';
import { SimPowerCut } from '../../simulation/sim-disk.ts';
import type { Harm } from './harms.ts';
import { becomeAnother, cutLastBatch, endOf, flipInTheMiddle, loseTheLog, SECOND } from './harms.ts';
import { at, batchOf, entryOf, votes } from './log-lab.ts';

describe('a folder that nobody else could bring back', () => {
  const alone = (harm: Harm): FolderLab => {
    const lab = memberFolder();
    lab.othersConfigured = false;
    harm(lab);
    return lab;
  };

  it.each([
    ['damaged', flipInTheMiddle, LogDamagedError],
    ['lost', loseTheLog, IdentityError],
    ['foreign', becomeAnother, IdentityError],
  ] as const)('refuses when it is %s, and changes nothing', (_kind, harm, error) => {
    const lab = alone(harm);
    const before = lab.everyByte();
    expect(() => lab.open()).toThrow(error);
    expect(() => lab.open()).toThrow(/Nothing was changed|nothing was changed/);
    expect(lab.everyByte()).toEqual(before);
  });

  it('opens when its end is suspect, and says so', () => {
    const lab = alone(cutLastBatch);
    expect(lab.open().doubt?.kind).toBe('suspect');
    expect(lastOf(lab.folder)).toBe(7);
  });
});

describe('whether there are others to repair a folder', () => {
  const membersAt = (lab: FolderLab, ...names: readonly string[]): void => {
    const index = lastOf(lab.open()) + 1;
    const entry = sealEntry(term(1), logIndex(index), {
      kind: 'members',
      clusterTimeMs: 0,
      payload: votersPayload(...names),
    });
    lab.append(batchOf({ hardState: votes(1, 'n1'), entries: [entry] }));
  };
  /** As a program of before has noted it. */
  const forgetVoters = ({ disk }: FolderLab): void => {
    const noted = readIdentity(disk);
    if (noted === null) throw new Error('there is no identity');
    writeIdentity(disk, { ...noted, voters: [] });
  };
  /** A log of two segments at least that knows these memberships, one after the other. */
  const knowing = (...memberships: readonly (readonly string[])[]): FolderLab => {
    const lab = memberFolder();
    for (const names of memberships) membersAt(lab, ...names);
    return lab;
  };

  it('is what the newest membership says that it has known, though its entry is what was lost', () => {
    const lab = knowing(['n1', 'n2'], ['n1', 'n2', 'n3']);
    lab.othersConfigured = false;
    flipInTheMiddle(lab);
    const before = lab.everyByte();
    expect(lab.open().doubt?.kind).toBe('damaged');
    expectNothingDeleted(before, lab);
  });

  it('is so for a log that is gone, too', () => {
    const lab = knowing(['n1', 'n2', 'n3']);
    lab.othersConfigured = false;
    loseTheLog(lab);
    expect(lab.open().doubt?.kind).toBe('lost');
  });

  it('is not what a configuration says that still names those who were removed', () => {
    const lab = knowing(['n1', 'n2'], ['n1']);
    flipInTheMiddle(lab);
    const before = lab.everyByte();
    expect(() => lab.open()).toThrow(LogDamagedError);
    expect(lab.everyByte()).toEqual(before);
  });

  it('is said by the snapshot, if that is newer than what is noted', () => {
    const lab = knowing(['n1']);
    const meta = { ...metaOf(lastOf(lab.open()), 1), members: votersPayload('n1', 'n2', 'n3') };
    lab.takeSnapshot(meta.index, 1, ['a'], meta);
    lab.othersConfigured = false;
    loseTheLog(lab);
    expect(lab.open().doubt?.kind).toBe('lost');
  });

  it('is what the configuration says where a program of before has not noted who votes', () => {
    const lab = knowing(['n1', 'n2']);
    forgetVoters(lab);
    loseTheLog(lab);
    lab.othersConfigured = false;
    expect(() => lab.open()).toThrow(IdentityError);
    lab.othersConfigured = true;
    expect(lab.open().doubt?.kind).toBe('lost');
  });

  it('is not so with one other only, which is no majority, once what is left does not know of it', () => {
    const lab = knowing(['n1', 'n2']);
    flipInTheMiddle(lab);
    const before = lab.everyByte();
    expect(() => lab.open()).toThrow(LogDamagedError);
    expect(lab.everyByte()).toEqual(before);
  });

  it('is so with one other only, as long as what is left can speak for this node when both are asked', () => {
    const lab = new FolderLab();
    lab.open();
    membersAt(lab, 'n1', 'n2');
    lab.folder.rememberCluster(CLUSTER_ID);
    lab.appendEntries(2, 8);
    lab.othersConfigured = false;
    lab.flip(SECOND, 4300);
    const { doubt, formerFolderIds } = lab.open();
    expect([doubt?.kind, formerFolderIds.length]).toEqual(['damaged', 1]);
  });

  it('is not so with one other only, when the end that was lost is what made them two', () => {
    const lab = knowing(['n1', 'n2']);
    const isWritten = (name: string): boolean =>
      name.startsWith('log-') && lab.disk.readFile(name).findLastIndex((byte) => byte !== 0) >= 4096;
    const last = lab.disk.list().findLast(isWritten) ?? '';
    lab.disk.overwrite(last, endOf(lab, last) - 40, new Uint8Array(40));
    const before = lab.everyByte();
    expect(() => lab.open()).toThrow(LogSuspectError);
    expect(lab.everyByte()).toEqual(before);
  });

  it('is known from the snapshot when a membership behind it was rolled back', () => {
    const lab = memberFolder();
    lab.takeSnapshot(8, 1, ['a'], { ...metaOf(8, 1), members: votersPayload('n1', 'n2', 'n3') });
    membersAt(lab, 'n1', 'n2', 'n3', 'n4');
    lab.append(batchOf({ hardState: votes(2, 'n2'), truncateFrom: logIndex(9), entries: [entryOf(9, 2)] }));
    expect(readIdentity(lab.disk)?.voters).toEqual(['n1', 'n2', 'n3']);
  });

  it('goes with its place: what is left below a snapshot that took the place of the log knows fewer memberships', () => {
    const lab = knowing(['n1', 'n2']);
    lab.takeSnapshot(12, 1, ['a'], { ...metaOf(12, 1), members: votersPayload('n1', 'n4', 'n5') });
    lab.append(batchOf({ reset: at(12, 1) }));
    const noted = { membersIndex: 12, voters: ['n1', 'n4', 'n5'] };
    expect(readIdentity(lab.disk)).toMatchObject(noted);
    lab.open();
    expect(readIdentity(lab.disk), 'also at the next start').toMatchObject(noted);
  });

  it('is noted of a snapshot that takes the place of the log, and found there where nothing was noted', () => {
    const lab = memberFolder();
    const meta = { ...metaOf(12, 1), members: votersPayload('n1', 'n2', 'n3') };
    lab.takeSnapshot(12, 1, ['a'], meta);
    lab.append(batchOf({ reset: at(12, 1) }));
    expect(readIdentity(lab.disk)?.voters).toEqual(['n1', 'n2', 'n3']);
    forgetVoters(lab);
    lab.open();
    expect(readIdentity(lab.disk)?.voters).toEqual(['n1', 'n2', 'n3']);

    const [file = ''] = lab.disk.list().filter((name) => name.startsWith('snapshot-'));
    lab.flip(file, 60);
    lab.othersConfigured = false;
    expect(lab.open().doubt?.kind).toBe('damaged');
  });

  it('is noted at the first start with this program', () => {
    const lab = knowing(['n1', 'n2']);
    forgetVoters(lab);
    lab.open();
    expect(readIdentity(lab.disk)).toMatchObject({ membersIndex: 9, voters: ['n1', 'n2'] });
  });

  it('is what it was before, where a membership was rolled back', () => {
    const lab = knowing(['n1', 'n2'], ['n1']);
    lab.append(batchOf({ hardState: votes(2, 'n2'), truncateFrom: logIndex(10), entries: [entryOf(10, 2)] }));
    expect(readIdentity(lab.disk)).toMatchObject({ membersIndex: 9, voters: ['n1', 'n2'] });
  });
});

describe('a folder that held a cluster, of which nobody can say whose it was', () => {
  it('is remembered to have: no cluster is founded with it', () => {
    const lab = memberFolder();
    expect(lab.folder.forgotCluster).toBe(false);
    becomeAnother(lab);
    expect(lab.open().forgotCluster).toBe(true);
    lab.disk.completeAll();
    expect(lab.open().forgotCluster, 'at the next start, too').toBe(true);
  });

  it.each([
    ['spoiled', (lab: FolderLab) => lab.flip('identity.json', 3)],
    ['gone', (lab: FolderLab) => lab.disk.destroy('identity.json')],
  ] as const)('is remembered if its identity is %s, whenever the power fails', (_what, harm) => {
    for (let call = 1; ; call += 1) {
      const lab = memberFolder();
      harm(lab);
      lab.disk.cutPowerAt(call, () => false);
      let isCut = false;
      try {
        lab.open();
      } catch (error) {
        expect(error).toBeInstanceOf(SimPowerCut);
        isCut = true;
        lab.disk.crash(() => false);
      }
      lab.disk.noPowerCut();
      expect(lab.open(), `cut at call ${call}`).toMatchObject({ forgotCluster: true });
      if (!isCut) {
        expect(call).toBeGreaterThan(4);
        return;
      }
    }
  });

  it('is none if it was only begun with: a machine that was copied before its first start founds with the others', () => {
    const lab = new FolderLab();
    lab.open();
    lab.disk.completeAll();
    becomeAnother(lab);
    expect([lab.open().forgotCluster, lab.folder.doubt?.kind]).toEqual([false, 'foreign']);
    lab.disk.completeAll();
    lab.nodeId = 'n3';
    expect(lab.open().forgotCluster, 'copied once more').toBe(false);
  });
});
