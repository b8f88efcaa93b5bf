import { Durability } from './durability.ts';
import type { Effect, RoleChangeReason } from './effect.ts';
import { drawElectionTimer } from './election-timer.ts';
import type { Entry } from './entry.ts';
import { broken } from './errors.ts';
import { Gate, ticketBefore } from './gate.ts';
import { NO_INDEX, type LogIndex, type NodeId, type Term } from './ids.ts';
import { Log } from './log.ts';
import type { Message } from './messages.ts';
import type { RaftOptions } from './options.ts';
import { majorityOf } from './quorum.ts';
import type { Role } from './role.ts';

/** The state of one server (Figure 2), and the effects that the current step has gathered so far. */
export class RaftState {
  readonly options: RaftOptions;
  readonly id: NodeId;
  readonly others: readonly NodeId[];
  readonly majority: number;
  readonly log: Log;
  readonly durability: Durability;
  readonly gate = new Gate();
  role: Role;
  commitIndex: LogIndex = NO_INDEX;

  #term: Term;
  #votedFor: NodeId | null;
  #effects: Effect[] = [];
  #announced: { readonly role: Role['kind']; readonly term: Term; readonly leader: NodeId | null };
  #nextReadRequest: number;

  constructor(options: RaftOptions) {
    this.options = options;
    this.id = options.id;
    this.others = options.members.filter((member) => member !== options.id);
    this.majority = majorityOf(options.members.length);
    this.log = new Log(options.log);
    this.durability = new Durability(options.hardState, this.log.lastIndex);
    this.#term = options.hardState.term;
    this.#votedFor = options.hardState.votedFor;
    this.role = {
      kind: 'follower',
      leader: null,
      timer: drawElectionTimer(options),
      reads: new Map(),
    };
    this.#announced = { role: this.role.kind, term: this.#term, leader: null };
    // A restarted node must not use its numbers again: a late answer to an earlier life would vouch for a new read.
    this.#nextReadRequest = options.random.below(2 ** 31) * 2 ** 21;
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

  /** Enters a later term (§5.1); what was said for the earlier one and still waits for the disk is never said. */
  enterTerm(term: Term, votedFor: NodeId | null): void {
    if (term <= this.#term) broken(`cannot enter term ${term} from term ${this.#term}`);
    this.#term = term;
    this.#votedFor = votedFor;
    this.gate.clear();
    this.durability.stageHardState({ term, votedFor });
  }

  /** Gives the one vote of this term (§5.2). Giving it again to the same candidate is nothing new. */
  voteFor(candidate: NodeId): void {
    if (this.#votedFor === candidate) return;
    if (this.#votedFor !== null) {
      broken(`the vote of term ${this.#term} is ${this.#votedFor}'s, not ${candidate}'s`);
    }
    this.#votedFor = candidate;
    this.durability.stageHardState({ term: this.#term, votedFor: candidate });
  }

  append(entries: readonly Entry[]): void {
    this.log.append(entries);
    this.durability.stageEntries(entries);
  }

  truncateFrom(index: LogIndex): void {
    this.log.truncateFrom(index, this.commitIndex);
    this.durability.stageTruncation(index);
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
      if (message.kind === 'request-vote' && this.role.kind !== 'candidate') continue;
      this.emit({ kind: 'send', to, message });
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

  /** A number for a ReadIndexRequest: used once. */
  takeReadRequestNumber(): number {
    this.#nextReadRequest += 1;
    return this.#nextReadRequest;
  }

  /** What this step asks of the world. The disk first: it takes longest, and nothing else here waits for it. */
  takeEffects(): readonly Effect[] {
    const persist = this.durability.takeStaged();
    const effects = persist === null ? this.#effects : [persist, ...this.#effects];
    this.#effects = [];
    return effects;
  }
}
