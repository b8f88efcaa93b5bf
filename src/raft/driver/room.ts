import type { NodeId } from '../../ordered-log/index.ts';
import type { Entry } from '../core/entry.ts';
import type { Term } from '../core/ids.ts';
import type { Message } from '../core/messages.ts';
import { majorityOf } from '../core/quorum.ts';
import type { CoreRunner } from './core-runner.ts';
import type { Room as Word } from './frames.ts';
import type { ReplicaParts } from './replica-parts.ts';

/** Whose disks have room: this node's own is looked at once a tick, and every change told to the others. */
export class Room<Result> {
  readonly #parts: ReplicaParts<Result>;
  readonly #runner: CoreRunner;
  /** Bytes of commands that this turn has let in already. */
  #takenBytes = 0;
  #ticksShort = 0;

  constructor(parts: ReplicaParts<Result>, runner: CoreRunner) {
    this.#parts = parts;
    this.#runner = runner;
  }

  /** Nothing new can be committed: fewer voters than a majority have room. */
  get isMajorityShort(): boolean {
    const { core, peers } = this.#parts;
    if (peers.short.size === 0) return false;
    const voters = core.membership.members.filter(({ role }) => role === 'voter');
    return voters.filter(({ id }) => !peers.short.has(id)).length < majorityOf(voters.length);
  }

  /**
   * What of a leader's message this node's disk has room for; null if nothing of what it brings. The entries are cut to those that
   * fit, as if the leader had sent no more. Votes, no-ops and memberships have room of their own.
   */
  fitting(message: Message): Message | null {
    if (message.kind !== 'append-entries') return message;
    const { term, entries } = message;
    const count = entries.findIndex((entry) => !this.#fits(entry, term));
    if (count === -1) return message;
    return count === 0 ? null : { ...message, entries: entries.slice(0, count) };
  }

  /** So many bytes of commands are to go to this node's disk in this turn. */
  take(bytes: number): 'taken' | 'no-room' {
    if (this.#takenBytes + bytes > this.#parts.store.roomBytes) return 'no-room';
    this.#takenBytes += bytes;
    return 'taken';
  }

  /**
   * A node with a full disk takes no more commands of its leader, but for those that it was elected with: they stand before its no-op,
   * and until that is committed nobody can even read (§8). They go into the rest of the last segment, as far as it reaches.
   */
  #fits({ kind, index, term, bytes: { byteLength } }: Entry, leaderTerm: Term): boolean {
    if (kind !== 'commands' || this.take(byteLength) === 'taken') return true;
    const { store, core } = this.#parts;
    if (core.log.termAt(index) === term) return true;
    if (term === leaderTerm || this.#takenBytes + byteLength > store.reserveBytes) return false;
    this.#takenBytes += byteLength;
    return true;
  }

  /** What was taken is in the disk's hands. */
  turnEnds(): void {
    this.#takenBytes = 0;
  }

  tick(): void {
    const { id, peers, store, roomNeededBytes, timings } = this.#parts;
    this.#ticksShort = store.roomBytes < roomNeededBytes ? this.#ticksShort + 1 : 0;
    // While the next segment is being reserved there is little room, too; only what lasts is a full disk.
    const word = this.#ticksShort >= timings.electionTicks ? 'short' : 'enough';
    if (!peers.room(id, word)) return;
    this.#parts.observer({ kind: 'disk-room', node: id, room: word });
    for (const peer of peers.greetings.keys()) this.#runner.send(peer, { kind: 'room', room: word });
  }

  /** A peer that has just been reached learns of a full disk; that one has room it takes for granted. */
  greet(peer: NodeId): void {
    const { id, peers } = this.#parts;
    if (peers.short.has(id)) this.#runner.send(peer, { kind: 'room', room: 'short' });
  }

  heard(from: NodeId, word: Word): void {
    if (this.#parts.peers.room(from, word))
      this.#parts.observer({ kind: 'disk-room', node: from, room: word });
  }
}
