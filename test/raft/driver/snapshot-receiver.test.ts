import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import type { SnapshotProgress } from '../../../src/raft/driver/snapshot-frames.ts';
import { idOf, SnapshotReceiver } from '../../../src/raft/driver/snapshot-receiver.ts';
import type { SnapshotFileId, StoredSnapshot } from '../../../src/raft/storage/snapshot-store.ts';
import { SnapshotFolder } from '../../../src/raft/storage/snapshot-folder.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { MemorySnapshots } from './support/memory-snapshots.ts';

const [n1, n2] = [nodeId('n1'), nodeId('n2')];
const office = { term: term(3), leader: n1 };

/** A whole snapshot's file, made by another store. */
function madeFile(index: number, body: string): { id: SnapshotFileId; bytes: Uint8Array } {
  const owed: (() => void)[] = [];
  const store = new MemorySnapshots((answer) => owed.push(answer));
  const meta = { index: logIndex(index), term: term(2), clusterTimeMs: 0, members: Uint8Array.of(1) };
  const writer = store.write(meta);
  writer.add([Buffer.from(body)], () => undefined);
  let made: StoredSnapshot | null = null;
  writer.finish((_error, stored) => (made = stored));
  for (const answer of owed.splice(0)) answer();
  const stored = made as unknown as StoredSnapshot;
  let bytes: Uint8Array = new Uint8Array();
  store.open(stored).read(0, stored.bytes, (_error, read) => (bytes = read!));
  for (const answer of owed.splice(0)) answer();
  return { id: idOf(stored), bytes };
}

function lab() {
  let owed: (() => void)[] = [];
  const store = new MemorySnapshots((answer) => owed.push(answer));
  const answers: SnapshotProgress[] = [];
  const received: number[] = [];
  let begun = 0;
  const receiver = new SnapshotReceiver({
    store,
    begun: () => (begun += 1),
    answer: (_to, progress) => answers.push(progress),
    received: (_from, _term, { meta }) => received.push(meta.index),
    failed: () => undefined,
  });
  const disk = (): void => {
    while (owed.length > 0) {
      const due = owed;
      owed = [];
      for (const answer of due) answer();
    }
  };
  return { store, receiver, answers, received, disk, begun: () => begun };
}

const first = madeFile(10, 'the first body');
const other = madeFile(20, 'another body altogether');
const chunk = ({ id, bytes }: typeof first, from: number, to = bytes.length, inTerm = 3) => ({
  term: term(inTerm),
  file: id,
  offset: from,
  bytes: bytes.subarray(from, to),
});

describe('a snapshot that a leader sends', () => {
  it('is told to the core once all of it is durable', () => {
    const { receiver, answers, received, disk } = lab();
    receiver.chunk(n1, chunk(first, 0, 9), office);
    expect(answers).toEqual([]);
    disk();
    expect(answers.map((answer) => answer.received)).toEqual([9]);
    receiver.chunk(n1, chunk(first, 9), office);
    expect(received).toEqual([]);
    disk();
    expect(received).toEqual([10]);
    expect(answers.at(-1)).toEqual({ term: 3, file: first.id, received: first.bytes.length });
  });

  it('is answered at once and not taken when it comes from an earlier term (Figure 13, rule 1)', () => {
    const { receiver, answers, store } = lab();
    receiver.chunk(n1, chunk(first, 0, 9, 2), office);
    expect(answers).toEqual([{ term: 3, file: first.id, received: 0 }]);
    expect(store.receptions).toBe(0);
  });

  it('is not taken from anybody but the leader, or in a term that the core has not entered', () => {
    const { receiver, store } = lab();
    receiver.chunk(n2, chunk(first, 0, 9), office);
    receiver.chunk(n1, chunk(first, 0, 9, 4), office);
    expect(store.receptions).toBe(0);
  });

  it('begins with its first bytes only (Figure 13, rule 2)', () => {
    const { receiver, answers, store } = lab();
    receiver.chunk(n1, chunk(first, 9), office);
    expect(store.receptions).toBe(0);
    expect(answers).toEqual([{ term: 3, file: first.id, received: 0 }]);
  });

  it('never mixes with another file: that one begins anew, and what was here is dropped', () => {
    const { receiver, received, disk, store } = lab();
    receiver.chunk(n1, chunk(first, 0, 9), office);
    receiver.chunk(n1, chunk(other, 9), office);
    disk();
    receiver.chunk(n1, chunk(other, 0), office);
    disk();
    receiver.chunk(n1, chunk(first, 9), office);
    disk();
    expect(received).toEqual([20]);
    expect(store.newest?.meta.index).toBe(20);
  });

  it('has no gap and nothing twice: what does not fit is answered with where it stands', () => {
    const { receiver, answers, received, disk } = lab();
    receiver.chunk(n1, chunk(first, 0, 9), office);
    receiver.chunk(n1, chunk(first, 20), office);
    receiver.chunk(n1, chunk(first, 0, 9), office);
    disk();
    expect(answers.map((answer) => answer.received)).toEqual([0, 0, 9]);
    receiver.chunk(n1, chunk(first, 9), office);
    disk();
    expect(received).toEqual([10]);
  });

  it('takes what comes while the disk syncs what it has: nothing must be sent again', () => {
    const disk = new SimDisk();
    const answers: number[] = [];
    const receiver = new SnapshotReceiver({
      store: new SnapshotFolder(disk, null, () => undefined),
      begun: () => undefined,
      answer: (_to, progress) => answers.push(progress.received),
      received: () => undefined,
      failed: () => undefined,
    });
    const size = 64 * 1024;
    const file = { index: 10, term: 2, bytes: 100 * size, checksum: 1 };
    const send = (place: number): void =>
      receiver.chunk(n1, { term: term(3), file, offset: place * size, bytes: new Uint8Array(size) }, office);
    let sent = 0;
    for (; !disk.pending.some(({ kind }) => kind === 'sync'); sent += 1) {
      send(sent);
      while (disk.pending.length > 0 && disk.pending[0]?.kind !== 'sync') disk.completeNext();
    }
    send(sent);
    send(sent + 1);
    disk.completeAll();
    expect(answers.at(-1)).toBe((sent + 2) * size);
  });

  it('goes on under another leader if it sends the very same file', () => {
    const { receiver, received, disk, store } = lab();
    receiver.chunk(n1, chunk(first, 0, 9), office);
    disk();
    receiver.chunk(n2, chunk(first, 9, undefined, 4), { term: term(4), leader: n2 });
    disk();
    expect(received).toEqual([10]);
    expect(store.receptions).toBe(1);
  });

  it('is told again when its chunks come again, and not written again', () => {
    const { receiver, received, answers, disk, store } = lab();
    receiver.chunk(n1, chunk(first, 0), office);
    disk();
    receiver.chunk(n1, chunk(first, 0, 9), office);
    disk();
    expect(received).toEqual([10, 10]);
    expect(answers.at(-1)?.received).toBe(first.bytes.length);
    expect(store.receptions).toBe(1);
  });

  it('is dropped when it is not what was announced, and begins anew', () => {
    const { receiver, received, answers, disk } = lab();
    const spoilt = {
      ...first,
      bytes: Uint8Array.from(first.bytes, (byte, place) => (place === 12 ? byte ^ 1 : byte)),
    };
    receiver.chunk(n1, chunk(spoilt, 0), office);
    disk();
    expect(received).toEqual([]);
    expect(answers.at(-1)?.received).toBe(0);
    receiver.chunk(n1, chunk(first, 0), office);
    disk();
    expect(received).toEqual([10]);
  });

  it('stands in nobody’s way once its leader has stopped sending', () => {
    const { receiver, disk } = lab();
    receiver.chunk(n1, chunk(first, 0, 9), office);
    disk();
    expect(receiver.isBusy).toBe(true);
    for (let n = 0; n < 20; n += 1) receiver.tick(20);
    expect(receiver.isBusy).toBe(false);
  });
});
