import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { IdentityError, LogFormatError } from '../../../src/raft/storage/errors.ts';
import { readIdentity, writeIdentity } from '../../../src/raft/storage/identity.ts';
import type { Identity } from '../../../src/raft/storage/identity.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';

const CLUSTER_ID = 'c'.repeat(32);
const FOLDER_ID = 'f'.repeat(32);
const FORMER_ID = 'e'.repeat(32);

const put = (disk: SimDisk, text: string): void =>
  disk.replaceFile('identity.json', new TextEncoder().encode(text));

const WHOLE: Identity = {
  nodeId: 'n1',
  folderId: FOLDER_ID,
  pastFolderIds: [FORMER_ID],
  formerFolderIds: [FORMER_ID],
  clusterId: CLUSTER_ID,
  membersIndex: 7,
  voters: ['n1', 'n2'],
  settledMembersIndex: 5,
  forgotCluster: true,
  doubt: { kind: 'suspect', what: 'a sentence', file: '/a/file', offset: 4096, aside: 1 },
};

describe('the identity of a data folder', () => {
  it('is none in an empty folder', () => {
    expect(readIdentity(new SimDisk())).toBeNull();
  });

  it('is read as it was written, after any crash', () => {
    const disk = new SimDisk();
    writeIdentity(disk, WHOLE);
    disk.crash(() => false);
    expect(readIdentity(disk)).toEqual(WHOLE);
  });

  it('is read from format 1, which knew no doubts', () => {
    const disk = new SimDisk();
    put(disk, JSON.stringify({ format: 1, nodeId: 'n1', folderId: FOLDER_ID, clusterId: null }));
    expect(readIdentity(disk)).toEqual({
      nodeId: 'n1',
      folderId: FOLDER_ID,
      pastFolderIds: [],
      formerFolderIds: [],
      clusterId: null,
      membersIndex: 0,
      voters: [],
      settledMembersIndex: 0,
      forgotCluster: false,
      doubt: null,
    });
  });

  it('is read as it was or refused, whichever bit of the file is flipped', () => {
    const written = new SimDisk();
    writeIdentity(written, WHOLE);
    const bytes = written.readFile('identity.json');
    const read = (harmed: Uint8Array): Identity | null | 'refused' => {
      const disk = new SimDisk();
      disk.replaceFile('identity.json', harmed);
      try {
        return readIdentity(disk);
      } catch (error) {
        if (error instanceof IdentityError) return 'refused';
        throw error;
      }
    };
    const wrong: number[] = [];
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const harmed = bytes.slice();
      harmed[bit >> 3] = (harmed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const found = read(harmed);
      if (found !== 'refused' && JSON.stringify(found) !== JSON.stringify(WHOLE)) wrong.push(bit);
    }
    expect(wrong).toEqual([]);
  });

  it('is read without a checksum, as earlier programs wrote it', () => {
    const disk = new SimDisk();
    put(disk, JSON.stringify({ format: 2, ...WHOLE }));
    expect(readIdentity(disk)).toEqual(WHOLE);
  });

  it('is refused in a format that this program does not read', () => {
    const disk = new SimDisk();
    const fields = { ...WHOLE, format: 3 };
    put(disk, JSON.stringify({ ...fields, check: crc32(JSON.stringify(fields)) }));
    expect(() => readIdentity(disk)).toThrow(LogFormatError);
    expect(() => readIdentity(disk)).toThrow(/has format version 3; this program reads version 2/);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"format":1}',
    '{"format":1,"nodeId":"n1","folderId":"short","clusterId":null}',
    `{"format":1,"nodeId":"n1","folderId":"${CLUSTER_ID}"}`,
    JSON.stringify({ ...WHOLE, format: 2, formerFolderIds: ['short'] }),
    JSON.stringify({ ...WHOLE, format: 2, doubt: { kind: 'tired' } }),
  ])('is refused when it cannot be understood: %s', (text) => {
    const disk = new SimDisk();
    put(disk, text);
    expect(() => readIdentity(disk)).toThrow(IdentityError);
  });
});
