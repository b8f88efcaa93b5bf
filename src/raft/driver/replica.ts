import type { Incarnation, NodeId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { LogIndex } from '../core/ids.ts';
import type { Message } from '../core/messages.ts';
import type { Raft } from '../core/raft.ts';
import { Applying } from './applying.ts';
import { ClusterMembers } from './cluster-members.ts';
import type { OtherEffect } from './core-runner.ts';
import { CoreRunner } from './core-runner.ts';
import type { Frame, RefusalReason } from './frames.ts';
import { decodeFrameOf } from './frames.ts';
import { Leadership } from './leadership.ts';
import { MemberNews } from './member-news.ts';
import type { OwnWord } from './own-commands.ts';
import { OwnDesk } from './own-desk.ts';
import type { ReplicaInput, ReplicaParts } from './replica-parts.ts';
import { Room } from './room.ts';
import { Snapshots } from './snapshots.ts';
import { Stopping } from './stopping.ts';
import { TurnTime } from './turn-time.ts';

/**
 * One node's Raft, running: carries out what the core asks and feeds it what happens. One turn takes the inputs,
 * steps them, and merges the effects: one batch to the disk, one write a peer, one pass of applying.
 * A machine without I/O of its own: the disk, the network and the clock are handed in.
 */
export class Replica<Result> {
  readonly #parts: ReplicaParts<Result>;
  readonly #core: Raft;
  readonly #runner: CoreRunner;
  readonly #time: TurnTime;
  readonly #own: OwnDesk<Result>;
  readonly #applying: Applying<Result>;
  readonly #snapshots: Snapshots<Result>;
  readonly #leadership: Leadership<Result>;
  readonly #room: Room<Result>;
  readonly #news: MemberNews<Result>;
  readonly members: ClusterMembers;
  #inbox: ReplicaInput[] = [];
  #leader: NodeId | null = null;
  #stopping: Stopping | null = null;

  constructor(parts: ReplicaParts<Result>) {
    this.#parts = parts;
    this.#core = parts.core;
    this.#runner = new CoreRunner({
      ...parts,
      carryOut: (effect) => this.#carryOut(effect),
      persisted: (ticket) => this.give({ kind: 'persisted', ticket }),
    });
    this.#time = new TurnTime(parts.nowMs);
    this.members = new ClusterMembers(parts.core);
    this.#own = new OwnDesk(parts, (leader, word) => this.#say(leader, word));
    this.#applying = new Applying(parts, this.#own, this.#runner, this.#time);
    this.#snapshots = new Snapshots(parts, this.#runner, this.#time, (input) => this.give(input));
    this.#room = new Room(parts, this.#runner);
    this.#leadership = new Leadership(parts, this.#runner, this.members, this.#room, (to, ...why) =>
      this.#refuse(to, ...why),
    );
    this.#news = new MemberNews(parts, this.#runner, this.members);
  }

  get core(): Raft {
    return this.#core;
  }

  get incarnation(): Incarnation | null {
    return this.#own.incarnation;
  }

  get stopped(): boolean {
    return this.#stopping?.stopped === true;
  }

  /** So many disks are full that nothing new can be committed. */
  get isReadOnly(): boolean {
    return this.#room.isMajorityShort;
  }

  /** Somebody who knows says that this node is no member any more. */
  get isRemoved(): boolean {
    return this.#news.isRemoved;
  }

  /** Where the newest snapshot on the disk ends, if it is damaged there. */
  get damagedSnapshotAt(): LogIndex | null {
    return this.#snapshots.damagedAt;
  }

  /** Learners that do not keep up with this leader. */
  get lagging(): readonly NodeId[] {
    return this.#leadership.lagging;
  }

  ticksSinceHeard(peer: NodeId): number | null {
    return this.#leadership.ticksSinceHeard(peer);
  }

  give(input: ReplicaInput): void {
    this.#inbox.push(input);
    this.#parts.schedule();
  }

  /**
   * A peer is back with another folder. What its earlier life said and nobody has looked at yet is void; and nothing that waits here
   * may lead to a word to its new life before the core knows.
   */
  peerReplaced(peer: NodeId): void {
    const later = this.#inbox.filter((input) => input.kind !== 'frame' || input.from !== peer);
    this.#inbox = [{ kind: 'peer-replaced', peer }, ...later];
    this.#runner.forget(peer);
    this.#parts.schedule();
  }

  /** Begins to leave. `stopped` turns true some turns later, at the latest when every step's time is up. */
  stop(): void {
    this.#stopping ??= new Stopping(this.#parts.timings.stopPhaseTicks);
    this.#parts.schedule();
  }

  /** Throws `RaftInvariantError` if a promise of Raft is broken: the node must stop then. */
  turn(): void {
    this.#time.begin();
    this.#takeInbox();
    this.#advanceStop();
    const { isLoading } = this.#snapshots;
    this.#own.speak(isLoading ? 'loading' : this.#stopping === null ? 'staying' : 'leaving');
    this.#leadership.proposeTaken();
    this.#runner.flush();
    this.#runner.persist();
    this.#room.turnEnds();
    this.#time.nextPart();
    const loaded = this.#snapshots.turn();
    if (loaded !== null) this.#applying.jumpTo(loaded);
    this.#time.nextPart();
    if (!this.#snapshots.isLoading) this.#applying.applyCommitted();
    this.#runner.tellConcerned();
    this.#applying.finishReads();
    this.#tellLeader();
  }

  /** One turn's share of what has come in, in that order. What is left comes before all that comes now. */
  #takeInbox(): void {
    const inbox = this.#inbox;
    this.#inbox = [];
    for (const [place, input] of inbox.entries()) {
      if (place > 0 && !this.#time.mayDoMore) {
        this.#inbox = [...inbox.slice(place), ...this.#inbox];
        this.#parts.schedule();
        return;
      }
      this.#take(input);
    }
  }

  #take(input: ReplicaInput): void {
    switch (input.kind) {
      case 'tick':
        this.#tick();
        return;
      case 'frame':
        this.#takeFrame(input.from, input.bytes);
        return;
      case 'peer-connected':
        // What was on its way over the old connection may be gone.
        if (input.peer === this.#core.leader) this.#own.doubt();
        this.#snapshots.reconnected(input.peer);
        this.#room.greet(input.peer);
        this.#news.greet(input.peer);
        return;
      case 'administer':
        if (input.wish.kind === 'take-snapshot') this.#snapshots.ask(input.done);
        else this.#leadership.administer(input.wish, input.done);
        return;
      case 'peer-replaced':
        this.#leadership.replaced(input.peer);
        this.#runner.step(input);
        return;
      case 'snapshot-taken':
        this.#runner.step(input);
        this.#snapshots.dropFromDisk();
        return;
      case 'persisted':
      case 'read':
      case 'transfer':
      case 'leader-suspected':
      case 'snapshot-received':
      case 'snapshot-not-sent':
        this.#runner.step(input);
        return;
      default:
        input satisfies never;
    }
  }

  #tick(): void {
    this.#runner.tick();
    this.#runner.step({ kind: 'tick' });
    this.#own.tick();
    this.#applying.tick();
    this.#stopping?.tick();
    this.#room.tick();
    this.#news.tick();
    this.#snapshots.tick();
    this.#leadership.tick();
  }

  #takeFrame(from: NodeId, bytes: Uint8Array): void {
    let frame: Frame;
    try {
      frame = decodeFrameOf(from, bytes, this.#parts.program.batches);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#parts.observer({ kind: 'bad-frame', from, why: error.message });
      return;
    }
    // One that only asks to be elected follows nobody, and serves nobody.
    if (frame.kind !== 'raft' || frame.message.kind !== 'pre-vote') this.#leadership.heard(from);
    switch (frame.kind) {
      case 'raft':
        this.#parts.observer({ kind: 'received', from, message: frame.message });
        this.#takeMessage(from, frame.message);
        return;
      case 'commands':
        this.#leadership.commands(from, frame.batch);
        return;
      case 'incarnation':
        this.#leadership.incarnation(from, frame.payload);
        return;
      case 'refusal':
        this.#own.refused(from, frame.refusal);
        return;
      case 'birth':
        // A node that is born already has nothing to learn from it.
        return;
      case 'cluster':
        this.#news.heard(from, frame.news);
        return;
      case 'snapshot-chunk':
        this.#snapshots.chunk(from, frame.chunk);
        return;
      case 'snapshot-progress':
        this.#leadership.moved(from);
        this.#snapshots.progress(from, frame.progress);
        return;
      case 'room':
        this.#room.heard(from, frame.room);
        return;
      default:
        frame satisfies never;
    }
  }

  #takeMessage(from: NodeId, received: Message): void {
    const message = this.#room.fitting(received);
    if (message !== null) this.#runner.step({ kind: 'receive', from, message });
  }

  #carryOut(effect: OtherEffect): void {
    switch (effect.kind) {
      case 'read-ready':
        this.#applying.readReady(effect.id, effect.index);
        return;
      case 'read-failed':
        this.#parts.listener.readFailed(effect.id, effect.reason);
        return;
      case 'proposal-refused':
        this.#leadership.proposalRefused(effect.reason);
        return;
      case 'change-refused':
        this.#leadership.changeRefused(effect.reason);
        return;
      case 'membership-changed':
        this.#parts.observer(effect);
        if (effect.committed) this.#parts.rememberSettledMembers(this.#core.membershipIndex);
        this.#leadership.membershipChanged();
        this.#news.changed(effect.committed);
        return;
      case 'standing-changed':
        this.#parts.observer(effect);
        if (effect.standing === 'voting') this.#parts.observer({ kind: 'readmitted' });
        return;
      case 'send-snapshot':
        this.#snapshots.send(effect.to, effect.term, effect.meta);
        return;
      case 'install-snapshot':
        this.#snapshots.install(effect.meta);
        return;
      case 'role-changed':
        this.#parts.observer(effect);
        this.#own.doubt();
        this.#applying.failReads();
        if (effect.role !== 'leader') this.#snapshots.leadershipEnded();
        this.#leadership.roleChanged(effect.reason);
        return;
      default:
        effect satisfies never;
    }
  }

  #say(leader: NodeId, word: OwnWord): void {
    if (leader !== this.#parts.id) this.#runner.send(leader, word);
    else if (word.kind === 'commands') this.#leadership.commands(leader, word.batch);
    else this.#leadership.incarnation(leader, word.payload);
  }

  #refuse(to: NodeId, reason: RefusalReason, incarnation: Incarnation, expected: number): void {
    const refusal = { reason, incarnation, expected };
    if (to === this.#parts.id) this.#own.refused(to, refusal);
    else this.#runner.send(to, { kind: 'refusal', refusal });
  }

  #tellLeader(): void {
    const { leader } = this.#core;
    if (leader === this.#leader) return;
    this.#leader = leader;
    this.#parts.listener.leaderChanged(leader);
  }

  #advanceStop(): void {
    const wish = this.#stopping?.advance({
      leadsOthers: this.#core.role === 'leader' && this.#core.membership.members.length > 1,
      settled: this.#own.settled,
      ended: this.#own.incarnation === null,
    });
    if (wish === 'transfer' && this.#core.transferTarget === null)
      this.#runner.step({ kind: 'transfer', to: null });
    if (wish === 'farewell') this.#own.farewell();
  }
}
