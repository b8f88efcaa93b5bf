import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import { CodecError } from '../../../src/raft/codec/codec-error.ts';
import { decodeMembers, encodeMembers, foundingMember } from '../../../src/raft/driver/members-payload.ts';
import type { SnapshotHead } from '../../../src/raft/driver/snapshot-head.ts';
import { encodeSnapshotHead, SnapshotHeadReader } from '../../../src/raft/driver/snapshot-head.ts';
import {
  decodeSnapshotChunk,
  decodeSnapshotProgress,
  encodeSnapshotChunk,
  encodeSnapshotProgress,
} from '../../../src/raft/driver/snapshot-frames.ts';
import { Sessions } from '../../../src/raft/driver/sessions.ts';
import { nonceOf } from '../../../src/raft/driver/payloads.ts';
import { decodeVersions, encodeVersions } from '../../../src/raft/driver/version-payload.ts';
import { term } from '../../../src/raft/core/ids.ts';
import { MAX_PIECE_BYTES } from '../../../src/raft/storage/snapshot-format.ts';
import { addressesOf } from './support/node-lab.ts';

const n1 = nodeId('n1');
const read = (pieces: readonly Uint8Array[]): SnapshotHead | null => {
  const reader = new SnapshotHeadReader();
  return pieces.map((piece) => reader.add(piece).whole).at(-1) ?? null;
};
const file = { index: 7, term: 2, bytes: 100, checksum: 4_000_000_000 };

describe('what is written about the members', () => {
  it('reads back as it was, addresses and intentions included', () => {
    const members = {
      clusterId: 'c',
      members: [
        foundingMember(addressesOf(n1), 'f1'),
        { ...addressesOf(nodeId('n4')), folderId: '', role: 'learner' as const, promote: true, replaces: n1 },
      ],
      genesis: Uint8Array.of(7),
    };
    const decoded = decodeMembers(encodeMembers(members));
    expect({ ...decoded, genesis: [...decoded.genesis] }).toEqual({ ...members, genesis: [7] });
  });

  it('is read in the format of the first release too: voters, without addresses', () => {
    const head = Buffer.from(JSON.stringify({ clusterId: 'c', members: [{ id: 'n1', folderId: 'f' }] }));
    const payload = Buffer.concat([Buffer.from([1, head.length, 0, 0, 0]), head, Buffer.from([9])]);
    const decoded = decodeMembers(payload);
    expect(decoded.members).toEqual([foundingMember({ id: n1, peer: '', client: '', http: '' }, 'f')]);
    expect([...decoded.genesis]).toEqual([9]);
  });
});

describe('the head of a snapshot', () => {
  it('reads back as it was', () => {
    const sessions = new Sessions();
    sessions.replace({ node: n1, replaces: 0, nonce: nonceOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)) });
    const pieces = encodeSnapshotHead({ versions: { writes: 3, behaviour: 2 }, sessions });
    expect(pieces).toHaveLength(1);
    const head = read(pieces);
    expect(head?.versions).toEqual({ writes: 3, behaviour: 2 });
    expect(head?.sessions.entries()).toEqual(sessions.entries());
  });

  it('has room for every node that ever was a member, in as many pieces as it takes', () => {
    const nonce = nonceOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const sessions = new Sessions();
    for (let node = 0; node < 3_000; node += 1)
      sessions.replace({ node: nodeId(`a-node-with-quite-a-long-name-${node}`), replaces: 0, nonce });
    const pieces = encodeSnapshotHead({ versions: { writes: 3, behaviour: 2 }, sessions });
    expect(Math.max(...pieces.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(MAX_PIECE_BYTES);
    expect(read(pieces)?.sessions.entries()).toEqual(sessions.entries());
    expect(read(pieces.slice(0, -1))).toBeNull();
  });
});

describe('the frames of a snapshot', () => {
  it('read back as they were', () => {
    const chunk = { term: term(3), file, offset: 60, bytes: Uint8Array.of(1, 2, 3) };
    expect(decodeSnapshotChunk(encodeSnapshotChunk(chunk))).toEqual(chunk);
    const progress = { term: term(3), file, received: 100 };
    expect(decodeSnapshotProgress(encodeSnapshotProgress(progress))).toEqual(progress);
  });

  it('are refused when they go past the end of their file', () => {
    const chunk = { term: term(3), file, offset: 98, bytes: Uint8Array.of(1, 2, 3) };
    expect(() => decodeSnapshotChunk(encodeSnapshotChunk(chunk))).toThrow(CodecError);
    const progress = { term: term(3), file, received: 101 };
    expect(() => decodeSnapshotProgress(encodeSnapshotProgress(progress))).toThrow(CodecError);
  });
});

describe('all of these', () => {
  it('refuse rubbish with a CodecError and nothing else (property)', () => {
    const readers = [
      decodeMembers,
      (bytes: Uint8Array) => new SnapshotHeadReader().add(bytes),
      decodeSnapshotChunk,
      decodeSnapshotProgress,
      decodeVersions,
    ];
    const wellBegun = [
      encodeMembers({ clusterId: 'c', members: [], genesis: new Uint8Array() }),
      encodeVersions({ writes: 1, behaviour: 1 }),
      encodeSnapshotProgress({ term: term(1), file, received: 1 }),
    ];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.constantFrom(...wellBegun, null),
        fc.nat(60),
        (noise, begun, at) => {
          const bytes = begun === null ? noise : Uint8Array.from([...begun.subarray(0, at), ...noise]);
          for (const read of readers) {
            try {
              read(bytes);
            } catch (error) {
              // A term beyond 2^53 is refused where terms are made.
              expect(error).toBeInstanceOf(CodecError);
            }
          }
        },
      ),
    );
  });
});
