import { describe, expect, it } from 'vitest';
import {
  LogDamagedError,
  LogForeignError,
  LogFormatError,
  LogSuspectError,
} from '../../../src/raft/storage/errors.ts';
import { newestMark } from '../../../src/raft/storage/mark.ts';
import { recoverLog } from '../../../src/raft/storage/recover-log.ts';
import { readHeader } from '../../../src/raft/storage/segment-format.ts';
import { segmentOfVersion } from './later-version.ts';
import { batchOf, contentsOf, entryOf, FOLDER_ID, LogLab, votes } from './log-lab.ts';

const FIRST = 'log-0000000001.seg';
const SECOND = 'log-0000000002.seg';
const THIRD = 'log-0000000003.seg';

const everything = (): boolean => true;
const nothing = (): boolean => false;

const endOf = (lab: LogLab, name = FIRST): number => {
  const bytes = lab.disk.readFile(name);
  const found = readHeader(bytes);
  if (found.kind !== 'header') throw new Error(`${name} has no header`);
  return newestMark(bytes, found.header.identity)?.position ?? 4096;
};

const flip = (lab: LogLab, offset: number, name = FIRST): void => {
  const byte = lab.disk.readFile(name)[offset] ?? 0;
  lab.disk.overwrite(name, offset, Uint8Array.of(byte ^ 0x10));
};

const errorOf = (lab: LogLab): unknown => {
  const everyByte = (): string[] =>
    lab.disk.list().map((name) => `${name} ${Buffer.from(lab.disk.readFile(name)).toString('base64')}`);
  const before = everyByte();
  try {
    lab.open();
  } catch (error) {
    expect(everyByte(), 'nothing was changed').toEqual(before);
    return error;
  }
  return null;
};

/** A log of three batches, with the places where each ends. */
const three = (): { lab: LogLab; ends: number[] } => {
  const lab = new LogLab();
  lab.open();
  const ends = [1, 2, 3].map((index) => {
    lab.appendDurably(batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(index, 1)] }));
    return endOf(lab);
  });
  return { lab, ends };
};

/** A log of several segments, two entries in each. */
const long = (): LogLab => {
  const lab = new LogLab();
  lab.open();
  for (let index = 1; index <= 8; index += 1) {
    lab.appendDurably(batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(index, 1, 'x'.repeat(1500))] }));
  }
  return lab;
};

describe('a torn tail', () => {
  /** Kills the process while the records of a fourth batch are on their way. */
  const torn = (keep: (offset: number) => boolean): { lab: LogLab; end: number } => {
    const { lab, ends } = three();
    lab.append(batchOf({ entries: [4, 5, 6].map((index) => entryOf(index, 1, 'y'.repeat(600))) }));
    lab.disk.kill((_file, offset) => keep(offset));
    return { lab, end: ends[2] ?? 0 };
  };

  it('is cut, and said to be, when the last record was torn', () => {
    const { lab, end } = torn((offset) => offset < 5000);
    const recovered = lab.open();
    expect(recovered.entries).toHaveLength(3);
    expect(recovered.tornTail).toMatchObject({ file: `/sim/${FIRST}`, offset: end });
    expect(recovered.tornTail?.bytes).toBeGreaterThan(500);
  });

  it('is cut when the beginning of the batch is missing and its end is there', () => {
    const { lab, end } = torn((offset) => offset > 5000);
    expect(lab.open().tornTail).toMatchObject({ offset: end });
  });

  it('is told once, not at every start', () => {
    const { lab } = torn((offset) => offset < 5000);
    lab.open();
    expect(lab.open().tornTail).toBeNull();
    lab.appendDurably(batchOf({ entries: [entryOf(4, 1)] }));
    expect(lab.open().tornTail).toBeNull();
  });

  it('is overwritten by what comes next, and its remains behind that never parse', () => {
    const { lab } = torn((offset) => offset > 5000);
    lab.open();
    const recordThatLooksLikeTheNext = entryOf(4, 1, 'y'.repeat(600));
    lab.appendDurably(batchOf({ entries: [recordThatLooksLikeTheNext] }));
    const expected = lab.states.at(-1);
    expect(contentsOf(lab.open())).toEqual(expected);
  });

  it('is never mixed with the remains of an earlier one', () => {
    const { lab, ends } = three();
    const [, , end = 0] = ends;
    const boundary = 6144;
    const payload = 'y'.repeat(boundary - end - 74);
    lab.append(batchOf({ entries: [entryOf(4, 1, payload), entryOf(5, 1)] }));
    lab.disk.kill((_file, offset) => offset >= boundary);
    lab.open();
    lab.append(batchOf({ entries: [entryOf(4, 1, payload.toUpperCase()), entryOf(5, 1)] }));
    lab.disk.kill((_file, offset) => offset < boundary);
    expect(lab.open().entries).toHaveLength(3);
  });

  it('is none when a batch was complete though its mark was not yet written', () => {
    const { lab } = torn(everything);
    const recovered = lab.open();
    expect(recovered.tornTail).toBeNull();
    expect(recovered.entries).toHaveLength(6);
  });

  it('is none in a log that ended well', () => {
    expect(three().lab.open().tornTail).toBeNull();
  });

  it('may be torn again and again', () => {
    const { lab } = three();
    for (let i = 0; i < 10; i += 1) {
      lab.append(batchOf({ entries: [4, 5, 6].map((index) => entryOf(index, 1, 'z'.repeat(300 + 37 * i))) }));
      lab.disk.kill((_file, offset) => (offset >> 9) % 3 !== i % 3);
      expect(lab.open().entries).toHaveLength(3);
    }
  });
});

describe('a damaged log', () => {
  it('is told with file and offset when a later batch is still there', () => {
    const { lab, ends } = three();
    flip(lab, (ends[1] ?? 0) - 10);
    const error = errorOf(lab);
    expect(error).toBeInstanceOf(LogDamagedError);
    expect(error).toMatchObject({ code: 'LOG_DAMAGED', file: `/sim/${FIRST}`, offset: ends[0] });
    expect(String(error)).toMatch(
      /log-0000000001\.seg at byte \d+: .*checksum.* later batch 3 .*Nothing was changed/,
    );
  });

  it('is told when an earlier segment has lost its end', () => {
    const lab = long();
    const end = endOf(lab);
    flip(lab, end - 10);
    expect(errorOf(lab)).toMatchObject({ code: 'LOG_DAMAGED', file: `/sim/${FIRST}` });
    lab.disk.overwrite(FIRST, end - 2000, new Uint8Array(2000));
    expect(String(errorOf(lab))).toMatch(/though the next segment was begun after batch/);
  });

  it.each([FIRST, SECOND])('is told when %s, in the middle, is missing', (name) => {
    const lab = long();
    lab.disk.destroy(name);
    expect(errorOf(lab)).toMatchObject({ code: 'LOG_DAMAGED', file: `/sim/${name}`, offset: 0 });
  });

  it('is told when the last segment is missing', () => {
    const lab = long();
    const used = lab.disk.list().filter((name) => lab.disk.readFile(name)[0] !== 0);
    for (const name of lab.disk.list()) {
      if (name >= (used.at(-1) ?? '')) lab.disk.destroy(name);
    }
    expect(errorOf(lab)).toMatchObject({ code: 'LOG_DAMAGED', file: `/sim/${used.at(-1)}` });
  });

  it('is told when the last segment was emptied', () => {
    const lab = long();
    const [spare = '', last = ''] = lab.disk.list().toReversed();
    lab.disk.destroy(spare);
    lab.disk.replaceFile(last, new Uint8Array(8192));
    expect(String(errorOf(lab))).toMatch(/says that the log goes on here/);
  });

  it('is told when a header is gone and its records are not', () => {
    const { lab } = three();
    lab.disk.overwrite(FIRST, 0, new Uint8Array(512));
    expect(errorOf(lab)).toMatchObject({ code: 'LOG_DAMAGED', file: `/sim/${FIRST}`, offset: 0 });
  });

  it('is told when a file was cut to less than its header', () => {
    const { lab } = three();
    lab.disk.replaceFile(FIRST, new Uint8Array(100));
    expect(String(errorOf(lab))).toMatch(/was cut to 100 bytes/);
  });

  it('is told when a segment has another name than it was made with', () => {
    const lab = long();
    lab.disk.replaceFile(SECOND, lab.disk.readFile(THIRD));
    expect(String(errorOf(lab))).toMatch(/was made as log-0000000003\.seg/);
  });

  it('is told when both marks are gone', () => {
    const { lab } = three();
    lab.disk.overwrite(FIRST, 512, new Uint8Array(1024));
    expect(String(errorOf(lab))).toMatch(/the mark of batch 2 cannot be read any more/);
  });
});

describe('a suspect log', () => {
  it('is told when the last acknowledged batch is gone', () => {
    const { lab, ends } = three();
    const [, end = 0, marked = 0] = ends;
    lab.disk.overwrite(FIRST, end, new Uint8Array(marked - end));
    const error = errorOf(lab);
    expect(error).toBeInstanceOf(LogSuspectError);
    expect(error).toMatchObject({ code: 'LOG_SUSPECT', file: `/sim/${FIRST}`, offset: end });
    expect(error).toMatchObject({ mark: { position: marked, index: 3, term: 1, batch: 3 } });
  });

  it('is told when the file was cut', () => {
    const { lab, ends } = three();
    lab.disk.replaceFile(FIRST, lab.disk.readFile(FIRST).subarray(0, (ends[2] ?? 0) - 20));
    expect(errorOf(lab)).toMatchObject({ code: 'LOG_SUSPECT', offset: ends[1] });
  });

  it('is told when the power failed in mid-batch and the mark survived without its records', () => {
    const { lab, ends } = three();
    lab.append(batchOf({ entries: [entryOf(4, 1)] }));
    lab.disk.completeNext();
    lab.disk.crash((_file, offset) => offset < 4096);
    expect(errorOf(lab)).toMatchObject({ code: 'LOG_SUSPECT', offset: ends[2] });
  });

  it('is told when votes alone are lost', () => {
    const { lab, ends } = three();
    lab.appendDurably(batchOf({ hardState: votes(2, 'n2') }));
    lab.disk.overwrite(FIRST, ends[2] ?? 0, new Uint8Array(200));
    expect(errorOf(lab)).toBeInstanceOf(LogSuspectError);
  });

  it('is told when the disk loses a batch that a killed process had written without its mark', () => {
    const { lab, ends } = three();
    lab.append(batchOf({ entries: [entryOf(4, 1)] }));
    lab.disk.kill(everything);
    expect(lab.open().entries).toHaveLength(4);
    lab.disk.overwrite(FIRST, ends[2] ?? 0, new Uint8Array(200));
    expect(errorOf(lab)).toBeInstanceOf(LogSuspectError);
  });
});

describe('a log that is not ours to read', () => {
  it('is refused when its format version is unknown, saying which is read', () => {
    const { lab } = three();
    lab.disk.overwrite(FIRST, 0, segmentOfVersion(lab.disk.readFile(FIRST).subarray(0, 512), 7));
    const error = errorOf(lab);
    expect(error).toBeInstanceOf(LogFormatError);
    expect(String(error)).toMatch(/has format version 7; this program reads version 2/);
  });

  it('is refused when a segment belongs to another folder, naming both', () => {
    const { lab } = three();
    const other = 'f'.repeat(32);
    expect(() => recoverLog({ disk: lab.disk, folderIds: [other], snapshot: null })).toThrow(LogForeignError);
    expect(() => recoverLog({ disk: lab.disk, folderIds: [other], snapshot: null })).toThrow(
      `identity ${FOLDER_ID}; this one has ${other}`,
    );
  });
});

describe('the last segment', () => {
  it('may be reserved and never used', () => {
    const lab = long();
    const spare = lab.disk.list().filter((name) => lab.disk.readFile(name)[0] === 0);
    expect(spare).toHaveLength(1);
    expect(lab.open().entries).toHaveLength(8);
  });

  it.each([1, 2, 3, 4, 5])('may have been begun when the process died (after %s steps)', (steps) => {
    const lab = new LogLab();
    lab.open();
    lab.appendDurably(batchOf({ entries: [entryOf(1, 1, 'x'.repeat(3000))] }));
    lab.append(batchOf({ entries: [entryOf(2, 1, 'x'.repeat(3000))] }));
    for (let i = 0; i < steps; i += 1) lab.disk.completeNext();
    lab.disk.crash(nothing);
    expect(lab.open().entries).toHaveLength(1);
    lab.appendDurably(batchOf({ entries: [entryOf(2, 1, 'x'.repeat(3000))] }));
    expect(lab.open().entries).toHaveLength(2);
  });
});
