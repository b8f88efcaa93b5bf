import { describe, expect, it } from 'vitest';
import { recoverLog } from '../../../src/raft/storage/recover-log.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { batchOf, contentsOf, entryOf, FOLDER_ID, LogLab, votes } from './log-lab.ts';

const SEGMENT = 'log-0000000001.seg';

/** A segment of format version 1: the rows that are not all zeros, as `offset: hex`. */
const GOLDEN = [
  '0: 434e434c564c4f4701000000be932fe20100000000000000200813b4369d036f',
  '32: 000102030405060708090a0b0c0d0e0f01000000000000000000000000000000',
  '512: 40b503c6000000000200000000000000200813b4369d036fc811000000000000',
  '544: 0200000000000000020000000000000002000000000000000000000000000000',
  '1024: 0a1e8f6c000000000100000000000000200813b4369d036fc010000000000000',
  '1056: 0100000000000000010000000000000001000000000000000000000000000000',
  '4096: 205b6d180c0000006fc6d57b02000000200813b4369d036f0100000000000000',
  '4128: 00000000000000000000000000000000000000000000000041520ba80e000000',
  '4160: a97fdcab02000000200813b4369d036f01000000000000000000000000000000',
  '4192: 0100000000000000020000006e310000c77ef29a27000000020cf1b501010000',
  '4224: 200813b4369d036f0100000000000000000000000000000027000000020cf1b5',
  '4256: 0100000000000000010000000000000000000000000024400102666972737400',
  '4288: 889f5fa90c000000f058ee9702000000200813b4369d036f0200000000000000',
  '4320: 0100000000000000020000000000000000000000000000002c83660108000000',
  '4352: f7df88a903000000200813b4369d036f02000000000000000100000000000000',
  '4384: 01000000000000003dda38092700000006eef0ed01000000200813b4369d036f',
  '4416: 020000000000000001000000000000002700000006eef0ed0200000000000000',
  '4448: 0100000000000000000000000000244001026f74686572000bc6b45f22000000',
  '4480: 852cb44701010000200813b4369d036f02000000000000000100000000000000',
  '4512: 22000000852cb447020000000000000002000000000000000000000000003440',
  '4544: 0102000000000000000000000000000000000000000000000000000000000000',
];

const rowsOf = (bytes: Uint8Array): string[] => {
  const rows: string[] = [];
  for (let offset = 0; offset < bytes.byteLength; offset += 32) {
    const row = bytes.subarray(offset, offset + 32);
    if (row.some((byte) => byte !== 0)) rows.push(`${offset}: ${Buffer.from(row).toString('hex')}`);
  }
  return rows;
};

const goldenLab = (): LogLab => {
  const lab = new LogLab(8192, 42);
  lab.open();
  lab.appendDurably(
    batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(1, 1, 'first')] }),
    batchOf({
      hardState: votes(2, null),
      truncateFrom: 1,
      entries: [entryOf(1, 2, 'other'), entryOf(2, 2, '')],
    }),
  );
  return lab;
};

describe('format version 1', () => {
  it('is written with these bytes: a program that changes them must call it another version', () => {
    expect(rowsOf(goldenLab().disk.readFile(SEGMENT))).toEqual(GOLDEN);
  });

  it('is read from these bytes, by every program that claims to read it', () => {
    const bytes = new Uint8Array(8192);
    for (const row of GOLDEN) {
      const [offset = '', hex = ''] = row.split(': ');
      bytes.set(Buffer.from(hex, 'hex'), Number(offset));
    }
    const disk = new SimDisk();
    disk.replaceFile(SEGMENT, bytes);
    expect(contentsOf(recoverLog(disk, FOLDER_ID).log)).toEqual(goldenLab().states.at(-1));
  });
});
