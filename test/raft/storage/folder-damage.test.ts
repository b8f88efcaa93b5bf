import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdentityError } from '../../../src/raft/storage/errors.ts';
import { RECORDS_START } from '../../../src/raft/storage/segment-format.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { expectNothingDeleted, FolderLab, lastOf, memberFolder } from './folder-lab.ts';
import { at, batchOf, entryOf, votes } from './log-lab.ts';

/*
 * The promise: whatever happens to one folder while nobody runs on it, opening it either finds all that it ever
 * acknowledged, or says that it does not; what it gives back is never anything that was not in the log; it never deletes; and
 * what was opened can be gone on with.
 */

/** A folder with a snapshot in the middle of its log, votes, a truncation, and everything acknowledged. */
const whole = (drop: boolean): FolderLab => {
  const lab = memberFolder(6);
  lab.takeSnapshot(5, 1);
  lab.append(
    batchOf({ hardState: votes(2, 'n2'), truncateFrom: 6, entries: [entryOf(6, 2, 'y'.repeat(700))] }),
  );
  lab.appendEntries(7, 11, 2);
  lab.append(batchOf({ hardState: votes(3, null) }));
  if (drop) lab.folder.store.dropUpTo(at(5, 1).index);
  lab.disk.completeAll();
  return lab;
};

const copyOf = (lab: FolderLab): FolderLab => {
  const disk = new SimDisk();
  for (const [name, bytes] of lab.everyByte()) disk.plant(name, bytes);
  return new FolderLab(disk, 2);
};

const payloads = ({ folder }: FolderLab): ReadonlyMap<number, string> =>
  new Map(folder.recovered.entries.map(({ index, bytes }) => [index, Buffer.from(bytes).toString('base64')]));

type Harm =
  | { readonly kind: 'flip'; readonly file: number; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly file: number; readonly at: number }
  | { readonly kind: 'zero'; readonly file: number; readonly at: number; readonly bytes: number }
  | { readonly kind: 'lose'; readonly file: number };

const place = { file: fc.nat({ max: 20 }), at: fc.nat({ max: 9999 }) };
const harmOf: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), ...place, bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('cut' as const), ...place }),
  fc.record({ kind: fc.constant('zero' as const), ...place, bytes: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({ kind: fc.constant('lose' as const), file: place.file }),
);

/** Does a harm to one of the folder's files; places are given in ten-thousandths of what the file holds. */
function inflict(lab: FolderLab, harm: Harm): void {
  const names = lab.disk.list();
  const name = names[harm.file % names.length] ?? '';
  if (harm.kind === 'lose') {
    lab.disk.destroy(name);
    return;
  }
  const bytes = lab.disk.readFile(name);
  const used = usedBytes(lab.disk, name);
  const offset = Math.min(Math.floor((harm.at / 10_000) * used), used - 1);
  if (offset < 0) return;
  if (harm.kind === 'flip') lab.flip(name, offset, 1 << harm.bit);
  else if (harm.kind === 'cut') lab.disk.plant(name, bytes.subarray(0, offset));
  else {
    // Of the header block one sector at a time, as a disk loses them.
    const most = offset < RECORDS_START ? Math.min(harm.bytes, 512 - (offset % 512)) : harm.bytes;
    lab.disk.overwrite(name, offset, new Uint8Array(Math.min(most, bytes.byteLength - offset)));
  }
}

/** Entries that were in the log once: of the beginning, which may have been dropped, and one that was truncated. */
const earlier = ((): readonly string[] => {
  const lab = memberFolder(6);
  lab.open();
  return [...payloads(lab).values()];
})();
const folders = [whole(false), whole(true)] as const;

const usedBytes = (disk: SimDisk, name: string): number =>
  disk.readFile(name).findLastIndex((byte) => byte !== 0) + 1;

/** Of the newest segment, which no snapshot covers: it is not taken for a later program's work. */
function flipOfVersion({ disk }: FolderLab): Harm {
  const names = disk.list();
  const file = names.findLastIndex((name) => name.startsWith('log-') && usedBytes(disk, name) > 0);
  const used = usedBytes(disk, names[file] ?? '');
  return { kind: 'flip', file, at: Math.ceil((8 / used) * 10_000), bit: 1 };
}

describe('a folder that anything has happened to', () => {
  it('finds all that it acknowledged, or says that it does not; and never deletes', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.boolean(), fc.array(harmOf, { minLength: 1, maxLength: 3 }), (dropped, harms) => {
        const original = dropped ? folders[1] : folders[0];
        original.open();
        const expected = payloads(original);
        const last = lastOf(original.folder);
        const lab = copyOf(original);
        for (const harm of harms) inflict(lab, harm);
        const before = lab.everyByte();
        const { doubt, recovered } = lab.open();
        outcomes.add(doubt?.kind ?? 'sound');
        const found = payloads(lab);
        const known = [...expected.values(), ...earlier];
        for (const bytes of found.values()) expect(known.includes(bytes), 'it was in the log').toBe(true);
        if (doubt !== null) expect(recovered.hardState.standing).toBe('recovering');
        // Several harms together may take away a thing and all that speaks of it; one alone may not.
        else if (harms.length === 1) {
          expect(lastOf(lab.folder)).toBe(last);
          expect(recovered.hardState).toEqual(original.folder.recovered.hardState);
        }
        expectNothingDeleted(before, lab);

        lab.disk.completeAll();
        const next = lastOf(lab.folder) + 1;
        lab.append(
          batchOf({ hardState: votes(9, 'n3', recovered.hardState.standing), entries: [entryOf(next, 9)] }),
        );
        expect(lab.failures).toEqual([]);
        lab.disk.crash(() => false);
        const again = lab.open();
        expect([again.doubt, lastOf(again)]).toEqual([null, next]);
      }),
      { numRuns: 300, examples: [[false, [flipOfVersion(folders[0])]]] },
    );
    expect([...outcomes]).toEqual(expect.arrayContaining(['sound', 'suspect', 'damaged']));
  });

  it('is told from another only by its owner: an identity that was harmed sets all aside', () => {
    const lab = copyOf(folders[0]);
    lab.flip('identity.json', 3);
    lab.othersConfigured = false;
    expect(() => lab.open()).toThrow(IdentityError);
    lab.othersConfigured = true;
    expect(lab.open().doubt?.kind).toBe('damaged');
  });
});
