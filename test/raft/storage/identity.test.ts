import { describe, expect, it } from 'vitest';
import { IdentityError, LogFormatError } from '../../../src/raft/storage/errors.ts';
import {
  assertLogIsThere,
  openIdentity,
  readIdentity,
  writeIdentity,
} from '../../../src/raft/storage/identity.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { entryOf } from './log-lab.ts';

const CLUSTER_ID = 'c'.repeat(32);
const sevens = (count: number): Uint8Array => new Uint8Array(count).fill(0x77);
const put = (disk: SimDisk, text: string): void =>
  disk.replaceFile('identity.json', new TextEncoder().encode(text));

describe('the identity of a data folder', () => {
  it('is made at the first start, with a random folder and no cluster yet', () => {
    const disk = new SimDisk();
    expect(readIdentity(disk)).toBeNull();
    const made = openIdentity(disk, 'n1', sevens);
    expect(made).toEqual({ nodeId: 'n1', folderId: '77'.repeat(16), clusterId: null });
    expect(readIdentity(disk)).toEqual(made);
  });

  it('stays the same at every later start, and remembers its cluster', () => {
    const disk = new SimDisk();
    const made = openIdentity(disk, 'n1', sevens);
    writeIdentity(disk, { ...made, clusterId: CLUSTER_ID });
    disk.crash(() => false);
    expect(openIdentity(disk, 'n1', () => new Uint8Array(16))).toEqual({ ...made, clusterId: CLUSTER_ID });
  });

  it('is refused to another node, naming both', () => {
    const disk = new SimDisk();
    openIdentity(disk, 'n2', sevens);
    expect(() => openIdentity(disk, 'n1', sevens)).toThrow(
      /this folder belongs to n2, and the node .* is n1/,
    );
  });

  it('is missed when there is a log without it', () => {
    const disk = new SimDisk();
    disk.replaceFile('log-0000000001.seg', new Uint8Array(8192));
    expect(() => openIdentity(disk, 'n1', sevens)).toThrow(
      /the file is missing, though the folder holds a log/,
    );
  });

  it('is refused in a format that this program does not read', () => {
    const disk = new SimDisk();
    put(disk, JSON.stringify({ format: 2, something: 'else' }));
    expect(() => openIdentity(disk, 'n1', sevens)).toThrow(LogFormatError);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"format":1}',
    '{"format":1,"nodeId":"n1","folderId":"short","clusterId":null}',
    `{"format":1,"nodeId":"n1","folderId":"${CLUSTER_ID}"}`,
  ])('is refused when it cannot be understood: %s', (text) => {
    const disk = new SimDisk();
    put(disk, text);
    expect(() => openIdentity(disk, 'n1', sevens)).toThrow(IdentityError);
  });

  it('contradicts an empty log once the folder belongs to a cluster', () => {
    const disk = new SimDisk();
    const unborn = openIdentity(disk, 'n1', sevens);
    assertLogIsThere(disk, unborn, { entries: [] });
    const born = { ...unborn, clusterId: CLUSTER_ID };
    assertLogIsThere(disk, born, { entries: [entryOf(1, 1)] });
    expect(() => assertLogIsThere(disk, born, { entries: [] })).toThrow(
      /its log is empty: the log has been lost/,
    );
  });
});
