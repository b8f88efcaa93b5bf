import { BatchFormats } from '../../src/raft/driver/batch-formats.ts';
import type { BatchFormat } from '../../src/raft/driver/payloads.ts';
import { FIRST_BATCH_FORMAT } from '../../src/raft/driver/payloads.ts';
import type { Program } from '../../src/raft/driver/program.ts';

/** What a version to come has otherwise in its batches: another first byte, and so many bytes more at the end of their head. */
const EXTRA_BYTES = 8;
const NEXT_FORMAT: BatchFormat = {
  id: 200,
  encode: (...args) => {
    const { payload, bodyOffset, ...batch } = FIRST_BATCH_FORMAT.encode(...args);
    const written = Buffer.concat([
      payload.subarray(0, bodyOffset),
      Buffer.alloc(EXTRA_BYTES, 7),
      payload.subarray(bodyOffset),
    ]);
    written[0] = NEXT_FORMAT.id;
    return { ...batch, payload: written, bodyOffset: bodyOffset + EXTRA_BYTES, format: NEXT_FORMAT };
  },
  decode: (payload) => {
    const plain = Buffer.from(payload);
    plain[0] = FIRST_BATCH_FORMAT.id;
    const batch = FIRST_BATCH_FORMAT.decode(plain);
    return { ...batch, payload, bodyOffset: batch.bodyOffset + EXTRA_BYTES, format: NEXT_FORMAT };
  },
};

/** A program of the next version: it writes batches in another way, and goes by rules of its own. */
export const NEXT_PROGRAM: Program = {
  reads: { lowest: 1, highest: 2 },
  behaviour: 2,
  batches: new BatchFormats(
    new Map([
      [1, FIRST_BATCH_FORMAT],
      [2, NEXT_FORMAT],
    ]),
  ),
};
