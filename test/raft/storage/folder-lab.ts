import { expect } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import type { ReadMembership } from '../../../src/raft/core/membership.ts';
import { seededRandom } from '../../../src/raft/core/random.ts';
import type { SnapshotMeta } from '../../../src/raft/core/snapshot-meta.ts';
import type { LogBatch } from '../../../src/raft/storage/log-store.ts';
import { openFolder } from '../../../src/raft/storage/open-folder.ts';
import type { OpenedFolder } from '../../../src/raft/storage/open-folder.ts';
import type { SnapshotReader, StoredSnapshot } from '../../../src/raft/storage/snapshot-store.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { at, batchOf, entryOf, votes } from './log-lab.ts';

export const CLUSTER_ID = 'c'.repeat(32);

const VOTERS = 'voters: ';

/** The payload of a `members` entry, as this lab writes it. */
export const votersPayload = (...names: readonly string[]): Uint8Array =>
  new TextEncoder().encode(`${VOTERS}${names.join(' ')}`);

/** Anything else says nothing of the voters. */
const readVoters: ReadMembership = (payload) => {
  const text = new TextDecoder().decode(payload);
  const names = text.startsWith(VOTERS) ? text.slice(VOTERS.length).split(' ') : [];
  return { members: names.map((name) => ({ id: nodeId(name), folderId: '', role: 'voter' })) };
};

export const metaOf = (index: number, inTerm: number): SnapshotMeta => ({
  ...at(index, inTerm),
  clusterTimeMs: index * 10,
  members: new TextEncoder().encode(`members at ${index}`),
});

/** A whole data folder on a simulated disk. */
export class FolderLab {
  readonly disk: SimDisk;
  readonly alarms: string[] = [];
  readonly failures: string[] = [];
  othersConfigured = true;
  nodeId = 'n1';
  acknowledged = 0;
  readonly #random;
  #folder: OpenedFolder | null = null;

  constructor(disk = new SimDisk(), seed = 1) {
    this.disk = disk;
    this.#random = seededRandom(seed);
  }

  get folder(): OpenedFolder {
    if (this.#folder === null) throw new Error('the folder is not open');
    return this.#folder;
  }

  /** Starts a process on the disk as it is. Throws what `openFolder` throws. */
  open(): OpenedFolder {
    this.#folder = null;
    this.#folder = openFolder({
      disk: this.disk,
      nodeId: this.nodeId,
      segmentBytes: 8192,
      randomBytes: (count) => Uint8Array.from({ length: count }, () => this.#random.below(256)),
      readMembership: readVoters,
      configured: this.othersConfigured ? ['n1', 'n2', 'n3'] : [this.nodeId],
      onAlarm: (alarm) => this.alarms.push(alarm),
      onFailure: (error) => this.failures.push(error.code),
    });
    return this.#folder;
  }

  append(...batches: readonly LogBatch[]): void {
    for (const batch of batches) {
      this.folder.store.append(batch, () => {
        this.acknowledged += 1;
      });
      this.disk.completeAll();
    }
  }

  /** Appends entries in one term, a batch each, large enough that a segment holds two. */
  appendEntries(from: number, to: number, inTerm = 1): void {
    for (let index = from; index <= to; index += 1)
      this.append(batchOf({ entries: [entryOf(index, inTerm, `${index} `.repeat(750))] }));
  }

  /** Writes a snapshot that ends there. */
  takeSnapshot(
    index: number,
    inTerm: number,
    pieces: readonly string[] = ['a', 'b'],
    meta = metaOf(index, inTerm),
  ): StoredSnapshot {
    const writer = this.folder.snapshots.write(meta);
    let stored: StoredSnapshot | null = null;
    for (const piece of pieces) {
      writer.add([new TextEncoder().encode(piece)], () => undefined);
      this.disk.completeAll();
    }
    writer.finish((_error, finished) => {
      stored = finished;
    });
    this.disk.completeAll();
    if (stored === null) throw new Error('the snapshot was not written');
    return stored;
  }

  /** All bytes of all files. */
  everyByte(): ReadonlyMap<string, Uint8Array> {
    return new Map(this.disk.list().map((name) => [name, this.disk.readFile(name)]));
  }

  flip(name: string, offset: number, mask = 0x10): void {
    this.disk.overwrite(name, offset, Uint8Array.of((this.disk.readFile(name)[offset] ?? 0) ^ mask));
  }
}

/** A member's folder: `count` entries of term 1, two in each segment. */
export const memberFolder = (count = 8): FolderLab => {
  const lab = new FolderLab();
  lab.open();
  lab.append(batchOf({ hardState: votes(1, 'n1'), entries: [] }));
  lab.folder.rememberCluster(CLUSTER_ID);
  lab.appendEntries(1, count);
  return lab;
};

/**
 * Every byte that was there in a log or a snapshot is there still, in place or aside; zeros behind the last record, and what the marks of
 * a segment say, are nothing to keep.
 */
export const expectNothingDeleted = (before: ReadonlyMap<string, Uint8Array>, lab: FolderLab): void => {
  const after = lab.everyByte();
  for (const [name, bytes] of before) {
    const used = bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
    if (name === 'identity.json' || used.byteLength === 0) continue;
    const aside = [...after].find(([other]) => other.startsWith('aside-') && other.endsWith(name))?.[1];
    const holds = (file: Uint8Array | undefined): boolean => {
      const kept = file?.subarray(0, used.byteLength) ?? new Uint8Array();
      if (!name.endsWith('.seg')) return sameBytes(kept, used);
      const outsideMarks = [kept, used].map((bytes) => [bytes.subarray(0, 512), bytes.subarray(1536)]);
      const [[head, rest] = [], [usedHead, usedRest] = []] = outsideMarks;
      return sameBytes(head, usedHead) && sameBytes(rest, usedRest);
    };
    expect([after.get(name), aside].some(holds), `${name} is still there`).toBe(true);
  }
};

const sameBytes = (one: Uint8Array = EMPTY, other: Uint8Array = EMPTY): boolean =>
  Buffer.compare(one, other) === 0;

const EMPTY = new Uint8Array();

/** The pieces of a snapshot, or why they cannot be read. */
export const piecesOf = (lab: FolderLab, reader: SnapshotReader): readonly string[] => {
  const pieces: string[] = [];
  let more = true;
  while (more) {
    more = false;
    reader.next((error, found) => {
      if (error !== null) pieces.push(`error ${error.code}`);
      else if (found !== null) {
        pieces.push(...found.map((piece) => new TextDecoder().decode(piece)));
        more = true;
      }
    });
    lab.disk.completeAll();
  }
  reader.close();
  return pieces;
};

/** Index of the last entry that was recovered. */
export const lastOf = ({ recovered }: OpenedFolder): number =>
  recovered.entries.at(-1)?.index ?? recovered.base.index;
