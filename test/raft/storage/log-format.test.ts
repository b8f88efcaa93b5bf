import { describe, expect, it } from 'vitest';
import type { LogPosition } from '../../../src/raft/core/snapshot-meta.ts';
import type { FoundLog } from '../../../src/raft/storage/log-walk.ts';
import { recoverLog } from '../../../src/raft/storage/recover-log.ts';
import { RECORDS_START } from '../../../src/raft/storage/segment-format.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { at, batchOf, contentsOf, entryOf, FOLDER_ID, LogLab, votes } from './log-lab.ts';

const SEGMENT = 'log-0000000001.seg';

/** A segment of format version 1: the rows that are not all zeros, as `offset: hex`. */
const VERSION_1 = [
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

/** A segment of format version 2: a standing beside the vote, the previous term beside a truncation, and a reset. */
const VERSION_2 = [
  '0: 434e434c564c4f4702000000be932fe20100000000000000200813b4369d036f',
  '32: 000102030405060708090a0b0c0d0e0f01000000000000000000000000000000',
  '512: 41379748000000000200000000000000200813b4369d036fd011000000000000',
  '544: 0200000000000000020000000000000002000000000000000000000000000000',
  '1024: 9293586e000000000300000000000000200813b4369d036f9012000000000000',
  '1056: 03000000000000000a0000000000000003000000000000000000000000000000',
  '4096: 0d7eb9c80d0000008246740f02000000200813b4369d036f0100000000000000',
  '4128: 000000000000000000000000000000000000000000000000decebdd90f000000',
  '4160: be28a37d02000000200813b4369d036f01000000000000000000000000000000',
  '4192: 0100000000000000020000006e310000c77ef29a27000000020cf1b501010000',
  '4224: 200813b4369d036f0100000000000000000000000000000027000000020cf1b5',
  '4256: 0100000000000000010000000000000000000000000024400102666972737400',
  '4288: b89c86b10d000000c9f3286f02000000200813b4369d036f0200000000000000',
  '4320: 010000000000000002000000000000000000000000000000e1a0161910000000',
  '4352: c4dad34203000000200813b4369d036f02000000000000000100000000000000',
  '4384: 010000000000000000000000000000003dda38092700000006eef0ed01000000',
  '4416: 200813b4369d036f020000000000000001000000000000002700000006eef0ed',
  '4448: 02000000000000000100000000000000000000000000244001026f7468657200',
  '4480: 0bc6b45f22000000852cb44701010000200813b4369d036f0200000000000000',
  '4512: 010000000000000022000000852cb44702000000000000000200000000000000',
  '4544: 00000000000034400102000000000000a399be950f0000007afa0f8902000000',
  '4576: 200813b4369d036f030000000000000002000000000000000300000000000000',
  '4608: 020000006e320100e915ba211000000068424fbf04000000200813b4369d036f',
  '4640: 0300000000000000020000000000000009000000000000000300000000000000',
  '4672: e4326d43270000002f23bbc401010000200813b4369d036f0300000000000000',
  '4704: 0200000000000000270000002f23bbc403000000000000000a00000000000000',
  '4736: 0000000000005940010261667465720000000000000000000000000000000000',
];

const rowsOf = (bytes: Uint8Array): string[] => {
  const rows: string[] = [];
  for (let offset = 0; offset < bytes.byteLength; offset += 32) {
    const row = bytes.subarray(offset, offset + 32);
    if (row.some((byte) => byte !== 0)) rows.push(`${offset}: ${Buffer.from(row).toString('hex')}`);
  }
  return rows;
};

const fromRows = (rows: readonly string[]): SimDisk => {
  const bytes = new Uint8Array(8192);
  for (const row of rows) {
    const [offset = '', hex = ''] = row.split(': ');
    bytes.set(Buffer.from(hex, 'hex'), Number(offset));
  }
  const disk = new SimDisk();
  disk.plant(SEGMENT, bytes);
  return disk;
};

const recovered = (disk: SimDisk, snapshot: LogPosition | null): FoundLog =>
  recoverLog({ disk, folderIds: [FOLDER_ID], snapshot });

const lab = (): LogLab => {
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

const labOfVersion2 = (): LogLab => {
  const more = lab();
  more.appendDurably(
    batchOf({
      hardState: votes(3, 'n2', 'recovering'),
      reset: at(9, 3),
      entries: [entryOf(10, 3, 'after')],
    }),
  );
  return more;
};

describe('format version 2', () => {
  it('is written with these bytes: a program that changes them must call it another version', () => {
    expect(rowsOf(labOfVersion2().disk.readFile(SEGMENT))).toEqual(VERSION_2);
  });

  it('is read from these bytes, by every program that claims to read it', () => {
    const { log } = recovered(fromRows(VERSION_2), at(9, 3));
    expect(contentsOf(log)).toEqual(labOfVersion2().states.at(-1));
  });
});

describe('format version 1', () => {
  it('is read: who wrote it was voting', () => {
    const { log } = recovered(fromRows(VERSION_1), null);
    expect(contentsOf(log)).toEqual(lab().states.at(-1));
  });

  it('is not appended to: what is new could not be said in it', () => {
    const old = new LogLab();
    old.disk.plant(SEGMENT, fromRows(VERSION_1).readFile(SEGMENT));
    old.open();
    old.disk.completeAll();
    const before = old.disk.readFile(SEGMENT).subarray(RECORDS_START);
    old.appendDurably(batchOf({ hardState: votes(3, 'n1', 'recovering'), entries: [entryOf(3, 3)] }));
    expect(old.disk.readFile(SEGMENT).subarray(RECORDS_START)).toEqual(before);
    const expected = old.states.at(-1);
    expect(contentsOf(old.open())).toEqual(expected);
  });
});
