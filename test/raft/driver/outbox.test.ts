import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import type { AppendEntries, Message } from '../../../src/raft/core/messages.ts';
import { decodeFrame } from '../../../src/raft/driver/frames.ts';
import { Outbox } from '../../../src/raft/driver/outbox.ts';

const PEER = nodeId('n2');
const heartbeat = (commitIndex: number, readSeq = 0): Message => ({
  kind: 'heartbeat',
  term: term(3),
  commitIndex: logIndex(commitIndex),
  readSeq,
});
const append = (prevLogIndex: number, leaderCommit: number): AppendEntries => ({
  kind: 'append-entries',
  term: term(3),
  prevLogIndex: logIndex(prevLogIndex),
  prevLogTerm: term(3),
  entries: [],
  leaderCommit: logIndex(leaderCommit),
});

class Lab {
  readonly outbox = new Outbox();
  #sent: string[] = [];
  readonly network = {
    send: (_to: unknown, frames: readonly Uint8Array[]) => {
      for (const bytes of frames) {
        const frame = decodeFrame(bytes);
        if (frame.kind === 'raft') this.#sent.push(frame.message.kind);
      }
    },
    setPeers: () => undefined,
  };

  /** What left since the last call. */
  taken(): readonly string[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  turn(...messages: readonly Message[]): readonly string[] {
    for (const message of messages) this.outbox.add(PEER, { kind: 'raft', message });
    this.outbox.flush(this.network);
    return this.taken();
  }
}

/** One whose peer has been told of this term before. */
function greeted(): Lab {
  const lab = new Lab();
  expect(lab.turn(heartbeat(1))).toEqual(['heartbeat']);
  return lab;
}

describe('a heartbeat that only passes a commit index on', () => {
  it('waits for the next tick, or for an AppendEntries that tells as much', () => {
    const lab = greeted();
    expect(lab.turn(heartbeat(5))).toEqual([]);
    expect(lab.turn(append(5, 6))).toEqual(['append-entries']);
    expect(lab.turn(heartbeat(7))).toEqual([]);
    lab.outbox.tick();
    expect(lab.turn()).toEqual(['heartbeat']);
  });

  it('leaves at once for a node that waits to learn of it', () => {
    const lab = greeted();
    expect(lab.turn(heartbeat(5))).toEqual([]);
    lab.outbox.concern(PEER);
    lab.outbox.tellConcerned(lab.network);
    expect(lab.taken()).toEqual(['heartbeat']);
  });

  it('is never said to a later life of the peer', () => {
    const lab = greeted();
    expect(lab.turn(heartbeat(5))).toEqual([]);
    lab.outbox.forget(PEER);
    lab.outbox.tick();
    expect(lab.turn()).toEqual([]);
  });
});

describe('a heartbeat that asks for more', () => {
  it('leaves at once when it begins a read round', () => {
    expect(greeted().turn(heartbeat(5, 1))).toEqual(['heartbeat']);
  });

  it('is not replaced in the turn of a tick: an AppendEntries is answered by the disk, and a slow one would look dead', () => {
    const lab = greeted();
    lab.outbox.tick();
    expect(lab.turn(heartbeat(5), append(5, 6))).toEqual(['heartbeat', 'append-entries']);
  });
});

describe('an AppendEntries', () => {
  const OTHER = nodeId('n3');
  const entryOf = (index: number, text: string): Entry =>
    sealEntry(term(3), logIndex(index), { kind: 'commands', clusterTimeMs: 1, payload: Buffer.from(text) });

  /** What the two peers are sent in one turn. */
  function sentTo(toPeer: Message, toOther: Message): readonly [Uint8Array, Uint8Array] {
    const outbox = new Outbox();
    const sent = new Map<unknown, Uint8Array>();
    outbox.add(PEER, { kind: 'raft', message: toPeer });
    outbox.add(OTHER, { kind: 'raft', message: toOther });
    outbox.flush({
      send: (to, [frame]) => void sent.set(to, frame ?? new Uint8Array()),
      setPeers: () => undefined,
    });
    return [sent.get(PEER) ?? new Uint8Array(), sent.get(OTHER) ?? new Uint8Array()];
  }

  it('that says the same to two followers is encoded once', () => {
    const entries = [entryOf(6, 'a'), entryOf(7, 'b')];
    const [one, other] = sentTo({ ...append(5, 4), entries }, { ...append(5, 4), entries: [...entries] });
    expect(one).toBe(other);
    expect(decodeFrame(other)).toMatchObject({
      message: { prevLogIndex: 5, entries: [{ index: 6 }, { index: 7 }] },
    });
  });

  it('is encoded for each follower that is at another place, or is told of another commit index', () => {
    const entries = [entryOf(6, 'a'), entryOf(7, 'b')];
    const fewer = sentTo({ ...append(5, 4), entries }, { ...append(5, 4), entries: entries.slice(0, 1) });
    expect(fewer.map((frame) => decodeFrame(frame))).toMatchObject([
      { message: { entries: [{ index: 6 }, { index: 7 }] } },
      { message: { entries: [{ index: 6 }] } },
    ]);
    const later = sentTo({ ...append(5, 4), entries }, { ...append(6, 4), entries: entries.slice(1) });
    expect(later.map((frame) => decodeFrame(frame))).toMatchObject([
      { message: { prevLogIndex: 5 } },
      { message: { prevLogIndex: 6, entries: [{ index: 7 }] } },
    ]);
    const commits = sentTo({ ...append(5, 4), entries }, { ...append(5, 5), entries });
    expect(commits.map((frame) => decodeFrame(frame))).toMatchObject([
      { message: { leaderCommit: 4 } },
      { message: { leaderCommit: 5 } },
    ]);
  });
});
