import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import type { AppendEntries, Message } from '../../../src/raft/core/messages.ts';
import { CodecError } from '../../../src/raft/codec/codec-error.ts';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import { decodeMessage, encodeMessage } from '../../../src/raft/codec/message-codec.ts';
import { message } from './arbitraries.ts';

const kinds: Readonly<Record<Message['kind'], true>> = {
  'request-vote': true,
  'request-vote-response': true,
  'pre-vote': true,
  'pre-vote-response': true,
  'append-entries': true,
  'append-entries-accepted': true,
  'append-entries-rejected': true,
  heartbeat: true,
  'heartbeat-response': true,
  'read-index-request': true,
  'read-index-response': true,
  'timeout-now': true,
};

const entryAt = (index: number, inTerm: number) =>
  sealEntry(term(inTerm), logIndex(index), { kind: 'commands', clusterTimeMs: 5, payload: Uint8Array.of(9) });

const append = (fields: Partial<AppendEntries>): AppendEntries => ({
  kind: 'append-entries',
  term: term(3),
  prevLogIndex: logIndex(4),
  prevLogTerm: term(2),
  entries: [entryAt(5, 2), entryAt(6, 3)],
  leaderCommit: logIndex(4),
  ...fields,
});

const decodedOrRefused = (bytes: Uint8Array): void => {
  try {
    decodeMessage(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError);
  }
};

describe('the encoding of messages', () => {
  it('is read back as it was written, for every kind', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(message, (message) => {
        seen.add(message.kind);
        expect(decodeMessage(encodeMessage(message))).toEqual(message);
      }),
      { numRuns: 500, seed: 1 },
    );
    expect([...seen].sort()).toEqual(Object.keys(kinds).sort());
  });

  it('copies entries out of the frame, so that a pooled socket buffer is not kept alive', () => {
    const pool = Buffer.alloc(64 * 1024);
    const encoded = encodeMessage(append({}));
    pool.set(encoded, 1000);
    const decoded = decodeMessage(pool.subarray(1000, 1000 + encoded.byteLength));
    if (decoded.kind !== 'append-entries') throw new Error('another kind came back');
    for (const entry of decoded.entries) {
      expect(entry.bytes.buffer).not.toBe(pool.buffer);
      expect(entry.bytes.buffer).toBe(decoded.entries[0]?.bytes.buffer);
    }
  });

  it('sends the entries as the very bytes that their leader sealed', () => {
    const message = append({});
    const frame = Buffer.from(encodeMessage(message));
    for (const entry of message.entries) expect(frame.includes(Buffer.from(entry.bytes))).toBe(true);
  });

  it('refuses entries that do not follow one another', () => {
    expect(() => decodeMessage(encodeMessage(append({ prevLogIndex: logIndex(3) })))).toThrow(
      /entry 5 is sent to follow 3/,
    );
    expect(() => decodeMessage(encodeMessage(append({ entries: [entryAt(5, 2), entryAt(7, 3)] })))).toThrow(
      CodecError,
    );
  });

  it('refuses entries whose terms fall, or pass the term of the message', () => {
    expect(() => decodeMessage(encodeMessage(append({ entries: [entryAt(5, 3), entryAt(6, 2)] })))).toThrow(
      CodecError,
    );
    expect(() => decodeMessage(encodeMessage(append({ entries: [entryAt(5, 4)] })))).toThrow(CodecError);
  });

  it('refuses an entry that was damaged on its way', () => {
    const frame = encodeMessage(append({}));
    const last = frame.byteLength - 1;
    frame[last] = (frame[last] ?? 0) ^ 1;
    expect(() => decodeMessage(frame)).toThrow(/checksum/);
  });

  it('refuses a term above 2^53 - 1', () => {
    const frame = Uint8Array.of(12, 0, 0, 0, 0, 0, 0, 0x20, 0);
    expect(() => decodeMessage(frame)).toThrow(/above 2\^53 - 1/);
  });

  it('refuses a count of entries that cannot be there, before it allocates for them', () => {
    const frame = encodeMessage(append({ entries: [] }));
    frame.fill(0xff, frame.byteLength - 4);
    expect(() => decodeMessage(frame)).toThrow(/4294967295 entries cannot be in 0 bytes/);
  });

  it('refuses a message with bytes behind its end', () => {
    expect(() => decodeMessage(Uint8Array.of(12, 1, 0, 0, 0, 0, 0, 0, 0, 0))).toThrow(/1 bytes too many/);
  });

  it('refuses an empty frame and an unknown kind', () => {
    expect(() => decodeMessage(new Uint8Array())).toThrow(CodecError);
    expect(() => decodeMessage(Uint8Array.of(99, 1, 0, 0, 0, 0, 0, 0, 0))).toThrow(/unknown kind, 99/);
  });

  it('throws only CodecError for random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodedOrRefused), { numRuns: 2000 });
  });

  it('throws only CodecError for messages with bytes changed, added or missing', () => {
    const damage = fc.record({
      message,
      at: fc.nat(),
      byte: fc.nat({ max: 255 }),
      cut: fc.nat({ max: 5 }),
      checksums: fc.boolean(),
    });
    fc.assert(
      fc.property(damage, ({ message, at, byte, cut, checksums }) => {
        const sound = encodeMessage(message);
        const frame = sound.slice(0, Math.max(1, sound.byteLength - cut));
        frame[at % frame.byteLength] = byte;
        if (checksums && message.kind === 'append-entries') repairFirstChecksum(frame);
        decodedOrRefused(frame);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Makes the first entry's checksum fit again, so that what lies behind the checksum is tried as well. */
function repairFirstChecksum(frame: Uint8Array): void {
  const start = 37;
  if (frame.byteLength < start + 34) return;
  const view = new DataView(frame.buffer, frame.byteOffset);
  const length = Math.min(view.getUint32(start, true), frame.byteLength - start);
  if (length < 8) return;
  view.setUint32(start + 4, crc32(frame.subarray(start + 8, start + length)), true);
}
