import type { NodeId } from '../../ordered-log/index.ts';
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

  /** A node with a full disk takes no more commands of its leader; votes, no-ops and memberships have room of their own. */
  isFor(message: Message): boolean {
    if (message.kind !== 'append-entries') return true;
    let bytes = 0;
    for (const entry of message.entries) if (entry.kind === 'commands') bytes += entry.bytes.byteLength;
    return bytes === 0 || this.take(bytes) === 'taken';
  }

  /** So many bytes of commands are to go to this node's disk in this turn. */
  take(bytes: number): 'taken' | 'no-room' {
    if (this.#takenBytes + bytes > this.#parts.store.roomBytes) return 'no-room';
    this.#takenBytes += bytes;
    return 'taken';
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
