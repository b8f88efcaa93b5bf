import { describe, expect, it } from 'vitest';
import { logIndex, term } from '../../src/raft/core/ids.ts';
import { encodeMark, markOffset } from '../../src/raft/storage/mark.ts';
import {
  encodeHeader,
  FOLDER_IDENTITY_BYTES,
  RECORDS_START,
  segmentFileName,
} from '../../src/raft/storage/segment-format.ts';
import { assertNothingDeleted } from './oracle/clear-refusal.ts';
import { SimDisk } from './sim-disk.ts';

describe('a folder in doubt from which the last batch of a segment is gone', () => {
  const name = segmentFileName(1);
  const identity = new Uint8Array(8).fill(7);
  const header = {
    identity,
    sequence: 1,
    folderId: new Uint8Array(FOLDER_IDENTITY_BYTES),
    firstIndex: logIndex(1),
    previousBatch: 0,
    previousTerm: term(0),
  };

  it.each([
    ['both marks can be read', 0],
    ['the newest mark cannot be read', 1],
  ])('is found out if %s', (_, flip) => {
    const before = new Uint8Array(RECORDS_START + 64);
    before.set(encodeHeader(header));
    before.fill(1, RECORDS_START);
    for (const batch of [1, 2]) {
      const position = RECORDS_START + 32 * batch;
      const mark = { counter: batch, position, sealed: false, term: term(1), index: logIndex(1), batch };
      before.set(encodeMark(identity, { ...mark, cutTo: 0 }), markOffset(batch));
    }
    before[markOffset(2) + 30]! ^= flip;
    const disk = Object.assign(Object.create(SimDisk.prototype) as SimDisk, {
      list: () => [name],
      readFile: () => before.slice(0, RECORDS_START + 32),
    });
    Object.defineProperty(disk, 'pending', { value: [] });
    expect(() => assertNothingDeleted('n1', new Map([[name, before]]), disk)).toThrowError(
      /is there no more/,
    );
  });
});
