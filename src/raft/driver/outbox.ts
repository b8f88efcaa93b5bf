import type { NodeId } from '../../ordered-log/index.ts';
import type { Message } from '../core/messages.ts';
import type { Frame } from './frames.ts';
import { encodeFrame } from './frames.ts';
import type { PeerNetwork } from './peer-network.ts';

type Heartbeat = Extract<Message, { kind: 'heartbeat' }>;
type AppendEntries = Extract<Message, { kind: 'append-entries' }>;

/**
 * Gathers what one turn has to say to each peer, so that it leaves with one write. A heartbeat that does no more than
 * pass a commit index on may be held back for company: to most peers that index is worth no message of its own.
 */
export class Outbox {
  readonly #frames = new Map<NodeId, Frame[]>();
  /** The newest heartbeat that each peer was sent. */
  readonly #told = new Map<NodeId, Heartbeat>();
  readonly #concerned = new Set<NodeId>();
  /** The AppendEntries that was encoded last in this turn. */
  #encoded: { readonly message: AppendEntries; readonly bytes: Uint8Array } | null = null;
  #next: 'everything' | 'worth-a-message' = 'worth-a-message';

  add(to: NodeId, frame: Frame): void {
    const frames = this.#frames.get(to);
    if (frames === undefined) {
      this.#frames.set(to, [frame]);
      return;
    }
    const last = frames.at(-1);
    if (last?.kind !== 'raft' || frame.kind !== 'raft') frames.push(frame);
    else if (supersedes(frame.message, last.message)) frames[frames.length - 1] = frame;
    else if (this.#isSpared(to, frames) && tellsCommitToo(frame.message, last.message))
      frames[frames.length - 1] = frame;
    else frames.push(frame);
  }

  /** A tick has passed: whatever was held back goes with the next flush. */
  tick(): void {
    this.#next = 'everything';
  }

  /** Sends all but what is held back. */
  flush(network: PeerNetwork): void {
    for (const [to, frames] of this.#frames) if (!this.#isSpared(to, frames)) this.#send(network, to, frames);
    this.#next = 'worth-a-message';
    this.#encoded = null;
  }

  /** This node waits to learn of what is committed: its own commands, or news for its connections, are among it. */
  concern(node: NodeId): void {
    this.#concerned.add(node);
  }

  /** Sends what was held back for those whom it concerns. */
  tellConcerned(network: PeerNetwork): void {
    for (const to of this.#concerned) {
      const frames = this.#frames.get(to);
      if (frames !== undefined) this.#send(network, to, frames);
    }
    this.#concerned.clear();
  }

  /** Drops what waits for this peer. */
  forget(peer: NodeId): void {
    this.#frames.delete(peer);
    this.#told.delete(peer);
  }

  #send(network: PeerNetwork, to: NodeId, frames: readonly Frame[]): void {
    this.#frames.delete(to);
    for (const frame of frames) {
      if (frame.kind === 'raft' && frame.message.kind === 'heartbeat') this.#told.set(to, frame.message);
    }
    network.send(
      to,
      frames.map((frame) => this.#encode(frame)),
    );
  }

  /** Followers at the same place are sent the same bytes: entries are put together once for all of them. */
  #encode(frame: Frame): Uint8Array {
    if (frame.kind !== 'raft' || frame.message.kind !== 'append-entries') return encodeFrame(frame);
    const { message } = frame;
    if (this.#encoded === null || !saysTheSame(message, this.#encoded.message))
      this.#encoded = { message, bytes: encodeFrame(frame) };
    return this.#encoded.bytes;
  }

  /**
   * Never in a turn in which a tick passes: its heartbeat asks whether the peer lives, and is answered at once; what comes in its
   * place is answered by the peer's disk.
   */
  #isSpared(to: NodeId, frames: readonly Frame[]): boolean {
    return this.#next === 'worth-a-message' && this.#onlyPassesCommitOn(to, frames);
  }

  #onlyPassesCommitOn(to: NodeId, [first, second]: readonly Frame[]): boolean {
    if (second !== undefined || first?.kind !== 'raft' || first.message.kind !== 'heartbeat') return false;
    const told = this.#told.get(to);
    return told?.term === first.message.term && told.readSeq === first.message.readSeq;
  }
}

/** A newer heartbeat, or an acceptance that reaches further, says all that the one before it said. */
function supersedes(newer: Message, older: Message): boolean {
  if (newer.term !== older.term) return false;
  if (newer.kind === 'heartbeat' && older.kind === 'heartbeat') {
    return newer.readSeq >= older.readSeq && newer.commitIndex >= older.commitIndex;
  }
  return (
    newer.kind === 'append-entries-accepted' &&
    older.kind === 'append-entries-accepted' &&
    newer.matchIndex >= older.matchIndex
  );
}

/** In one term entries come from one log: whoever has the same first one, and as many, has the same ones. */
function saysTheSame(one: AppendEntries, other: AppendEntries): boolean {
  return (
    one.term === other.term &&
    one.prevLogIndex === other.prevLogIndex &&
    one.prevLogTerm === other.prevLogTerm &&
    one.leaderCommit === other.leaderCommit &&
    one.entries.length === other.entries.length &&
    one.entries[0] === other.entries[0]
  );
}

/** An AppendEntries that begins behind the heartbeat's commit index lets the follower commit as far, or further. */
function tellsCommitToo(newer: Message, older: Message): boolean {
  return (
    newer.kind === 'append-entries' &&
    older.kind === 'heartbeat' &&
    newer.term === older.term &&
    newer.prevLogIndex >= older.commitIndex &&
    newer.leaderCommit >= older.commitIndex
  );
}
