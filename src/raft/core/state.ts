import { Durability } from './durability.ts';
import type { Effect, RoleChangeReason } from './effect.ts';
import { drawElectionTimer } from './election-timer.ts';
import type { Entry } from './entry.ts';
import { broken } from './errors.ts';
import { Gate, ticketBefore } from './gate.ts';
import { NO_INDEX, type LogIndex, type NodeId, type Term } from './ids.ts';
import { Log } from './log.ts';
import { MembershipTracker, type Configuration } from './membership-tracker.ts';
import type { Standing } from './membership.ts';
import type { Message } from './messages.ts';
import type { RaftOptions } from './options.ts';
import type { Role } from './role.ts';
import type { SnapshotMeta } from './snapshot-meta.ts';
import { holdsOnToLeader } from './stickiness.ts';

const NO_EFFECTS: readonly Effect[] = [];

/** The state of one server (Figure 2), and the effects that the current step has gathered so far. */
export class RaftState {
  readonly options: RaftOptions;
  readonly id: NodeId;
  readonly log: Log;
  readonly membership: MembershipTracker;
  readonly durability: Durability;
  readonly gate = new Gate();
  role: Role;
  commitIndex: LogIndex;
  /** The newest that is durable here. It covers at least what is no longer in the log. */
  snapshot: SnapshotMeta | null;
  /** A leader whose process seems to be gone, and its term: it no longer counts as heard, until a leader speaks. */
  suspectedLeader: { readonly id: NodeId; readonly term: Term } | null = null;

  #term: Term;
  #votedFor: NodeId | null;
  /** As it was last given to the disk. */
  #standing: Standing;
  #effects: Effect[] = [];
  #announced: { readonly role: Role['kind']; readonly term: Term; readonly leader: NodeId | null };
  #told: { standing: Standing; inForce: Configuration; committed: boolean };
  #nextReadRequest: number;

  constructor(options: RaftOptions) {
    this.options = options;
    this.id = options.id;
    const { snapshot } = options;
    this.snapshot = snapshot;
    this.commitIndex = snapshot?.index ?? NO_INDEX;
    this.log = new Log(options.log, options.base, snapshot?.clusterTimeMs);
    this.membership = new MembershipTracker(options.id, options.readMembership, snapshot, this.log);
    this.durability = new Durability(options.hardState, this.log.lastIndex);
    this.#term = options.hardState.term;
    this.#votedFor = options.hardState.votedFor;
    this.#standing = options.hardState.standing;
    this.role = {
      kind: 'follower',
      leader: null,
      timer: drawElectionTimer(options),
      reads: new Map(),
    };
    this.#announced = { role: this.role.kind, term: this.#term, leader: null };
    this.#told = {
      standing: this.standing,
      inForce: this.membership.inForce,
      committed: this.membershipCommitted,
    };
    // A restarted node must not use its numbers again: a late answer to an earlier life would vouch for a new read.
    this.#nextReadRequest = options.random.below(2 ** 31) * 2 ** 21;
    // A leader's snapshot may have become durable before the term in which it came.
    if (snapshot !== null && snapshot.term > this.#term) this.enterTerm(snapshot.term, null);
  }

  get term(): Term {
    return this.#term;
  }

  get votedFor(): NodeId | null {
    return this.#votedFor;
  }

  get leader(): NodeId | null {
    if (this.role.kind === 'leader') return this.id;
    return this.role.kind === 'follower' ? this.role.leader : null;
  }

  /** What this node says of its disk: `voting` only once that is durable itself. */
  get standing(): Standing {
    return this.durability.isConfirmed(this.durability.standingTicket) ? this.#standing : 'recovering';
  }

  get stagedStanding(): Standing {
    return this.#standing;
  }

  /** Whether the membership in force is known to be committed. */
  get membershipCommitted(): boolean {
    return this.membership.inForce.index <= this.commitIndex;
  }

  /** The membership before the latest, as long as the latest is not known to be committed: others may go by it, and by it alone. */
  get rivalMembership(): Configuration | null {
    const { inForce, fallback } = this.membership;
    const isSettled = this.membershipCommitted || inForce.index <= this.options.settledMembersIndex;
    return isSettled ? null : fallback;
  }

  /** Enters a later term (§5.1); what was said for the earlier one and still waits for the disk is never said. */
  enterTerm(term: Term, votedFor: NodeId | null): void {
    if (term <= this.#term) broken(`cannot enter term ${term} from term ${this.#term}`);
    this.#term = term;
    this.#votedFor = votedFor;
    this.gate.clear();
    this.#stageHardState();
  }

  /** Gives the one vote of this term (§5.2). Giving it again to the same candidate is nothing new. */
  voteFor(candidate: NodeId): void {
    if (this.#votedFor === candidate) return;
    if (this.#votedFor !== null) {
      broken(`the vote of term ${this.#term} is ${this.#votedFor}'s, not ${candidate}'s`);
    }
    this.#votedFor = candidate;
    this.#stageHardState();
  }

  /** What this node may have forgotten can no longer matter: it counts again, once this is durable. */
  beginToVouch(): void {
    this.#standing = 'voting';
    this.#stageHardState();
  }

  append(entries: readonly Entry[]): void {
    this.log.append(entries);
    this.membership.appended(entries);
    this.durability.stageEntries(entries);
  }

  truncateFrom(index: LogIndex): void {
    this.log.truncateFrom(index, this.commitIndex);
    this.membership.truncated(index);
    this.durability.stageTruncation(index);
  }

  /** The log goes, and what it told of the members: this snapshot stands for all of it (Figure 13, steps 7 and 8). */
  resetTo(snapshot: SnapshotMeta): void {
    const { index, term, clusterTimeMs } = snapshot;
    if (index <= this.commitIndex)
      broken(`a snapshot at ${index} is to replace what is committed up to ${this.commitIndex}`);
    this.log.reset({ index, term }, clusterTimeMs);
    this.membership.reset(snapshot);
    this.durability.stageReset({ index, term });
    this.snapshot = snapshot;
    this.commitIndex = index;
  }

  commitTo(index: LogIndex): void {
    if (index > this.log.lastIndex)
      broken(`${index} is committed, but the log ends at ${this.log.lastIndex}`);
    if (index > this.commitIndex) this.commitIndex = index;
  }

  emit(effect: Effect): void {
    this.#effects.push(effect);
  }

  /** Sends at once, or as soon as all that the message depends on is on disk. */
  send(to: NodeId, message: Message): void {
    const ticket = ticketBefore(message, this.durability);
    if (this.durability.isConfirmed(ticket)) this.emit({ kind: 'send', to, message });
    else this.gate.withhold(ticket, to, message);
  }

  /** Lets out what no longer waits for the disk. */
  sendReleased(): void {
    for (const { to, message } of this.gate.release(this.durability)) {
      const stillTrue = this.#asOfNow(to, message);
      if (stillTrue !== null) this.emit({ kind: 'send', to, message: stillTrue });
    }
  }

  /** Tells the driver of a change of role, term or leader, if there is one. */
  announce(reason: RoleChangeReason): void {
    const role = this.role.kind;
    const { term, leader } = this;
    const before = this.#announced;
    if (before.role === role && before.term === term && before.leader === leader) return;
    this.#announced = { role, term, leader };
    this.emit({ kind: 'role-changed', role, term, leader, reason });
  }

  /** Tells the driver of a change of the membership in force, or of this node's standing, if there is one. */
  announceMembership(): void {
    const told = this.#told;
    const { standing, membershipCommitted: committed } = this;
    const { inForce } = this.membership;
    if (inForce !== told.inForce || committed !== told.committed) {
      const { members } = inForce;
      this.emit({ kind: 'membership-changed', membership: { members }, committed });
    }
    if (standing !== told.standing) this.emit({ kind: 'standing-changed', standing });
    this.#told = { standing, inForce, committed };
  }

  /** A number for a ReadIndexRequest: used once. */
  takeReadRequestNumber(): number {
    this.#nextReadRequest += 1;
    return this.#nextReadRequest;
  }

  /** What this step asks of the world. The disk first: it takes longest, and nothing else here waits for it. */
  takeEffects(): readonly Effect[] {
    const persist = this.durability.takeStaged();
    const effects = this.#effects;
    if (persist === null && effects.length === 0) return NO_EFFECTS;
    if (persist !== null) effects.unshift(persist);
    this.#effects = [];
    return effects;
  }

  /** What is to be said instead of a message that waited for the disk; null: nothing. */
  #asOfNow(to: NodeId, message: Message): Message | null {
    if (message.kind === 'request-vote') return this.role.kind === 'candidate' ? message : null;
    if (message.kind !== 'pre-vote-response' || !holdsOnToLeader(this, to)) return message;
    // It was promised before the leader was heard: said now, it would help to unseat it (dissertation §4.2.3).
    return { ...message, granted: false };
  }

  #stageHardState(): void {
    this.durability.stageHardState({ term: this.#term, votedFor: this.#votedFor, standing: this.#standing });
  }
}
