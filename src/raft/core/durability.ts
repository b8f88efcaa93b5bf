import type { Effect, HardState } from './effect.ts';
import type { Entry } from './entry.ts';
import { logIndex, NO_INDEX, ticket, type LogIndex, type Ticket } from './ids.ts';
import { broken } from './errors.ts';
import type { LogPosition } from './snapshot-meta.ts';

type Persist = Extract<Effect, { kind: 'persist' }>;

/** Asked of the disk and not yet answered. */
interface OpenWrite {
  readonly ticket: Ticket;
  readonly issuedAtTick: number;
  /** Everything up to here is durable once this is, as long as nothing later cut it away. */
  upTo: LogIndex;
}

/** What one step wants written. */
interface Staged {
  readonly write: OpenWrite;
  hardState: HardState | null;
  reset: LogPosition | null;
  truncateFrom: LogIndex | null;
  readonly entries: Entry[];
}

const NO_TICKET = ticket(0);

/**
 * What the disk has been asked for and what it has confirmed. Matched by ticket alone, never by index or term:
 * an old completion cannot vouch for what was written over it later.
 */
export class Durability {
  #issued = NO_TICKET;
  #confirmed = NO_TICKET;
  #open: OpenWrite[] = [];
  #staged: Staged | null = null;
  #durableIndex: LogIndex;
  #hardState: HardState;
  #termTicket = NO_TICKET;
  #voteTicket = NO_TICKET;
  #standingTicket = NO_TICKET;
  #ticks = 0;

  constructor(hardState: HardState, lastIndex: LogIndex) {
    this.#hardState = hardState;
    this.#durableIndex = lastIndex;
  }

  /** Every entry up to here is on this disk. */
  get durableIndex(): LogIndex {
    return this.#durableIndex;
  }

  /** Under this ticket the current term becomes durable. */
  get termTicket(): Ticket {
    return this.#termTicket;
  }

  /** Under this ticket the current term and vote become durable, and with them all that was asked before. */
  get voteTicket(): Ticket {
    return this.#voteTicket;
  }

  /** Under this ticket the current standing becomes durable. */
  get standingTicket(): Ticket {
    return this.#standingTicket;
  }

  /** For how many ticks the oldest request has waited for the disk; 0 if none waits. */
  get oldestWaitTicks(): number {
    const [oldest] = this.#open;
    return oldest === undefined ? 0 : this.#ticks - oldest.issuedAtTick;
  }

  tick(): void {
    this.#ticks += 1;
  }

  isConfirmed(ticket: Ticket): boolean {
    return ticket <= this.#confirmed;
  }

  /** Under this ticket the entry at an index becomes durable. */
  ticketFor(index: LogIndex): Ticket {
    if (index <= this.#durableIndex) return NO_TICKET;
    const write = this.#open.find((write) => write.upTo >= index);
    return write?.ticket ?? broken(`the disk was never asked for entry ${index}`);
  }

  stageHardState(hardState: HardState): void {
    const staged = this.#stage();
    if (hardState.term > this.#hardState.term) this.#termTicket = staged.write.ticket;
    if (hardState.standing !== this.#hardState.standing) this.#standingTicket = staged.write.ticket;
    this.#voteTicket = staged.write.ticket;
    this.#hardState = hardState;
    staged.hardState = hardState;
  }

  /** Entries from `from` on no longer count as durable from this moment, though the disk still holds them. */
  stageTruncation(from: LogIndex): void {
    const staged = this.#stage();
    if (staged.entries.length > 0) broken('one step appended entries and then cut the log');
    staged.truncateFrom = from;
    this.#lower(logIndex(from - 1));
  }

  /** No entry counts as durable from this moment; once this is, the log is durable up to its new base (Figure 13, step 7). */
  stageReset(base: LogPosition): void {
    const staged = this.#stage();
    if (staged.entries.length > 0 || staged.truncateFrom !== null)
      broken('one step changed the log and then reset it');
    staged.reset = base;
    this.#lower(NO_INDEX);
    staged.write.upTo = base.index;
  }

  stageEntries(entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    const staged = this.#stage();
    staged.entries.push(...entries);
    staged.write.upTo = last.index;
  }

  /** What this step wants written, as one request; null if nothing. */
  takeStaged(): Persist | null {
    const staged = this.#staged;
    if (staged === null) return null;
    this.#staged = null;
    const { write, hardState, reset, truncateFrom, entries } = staged;
    return { kind: 'persist', ticket: write.ticket, hardState, reset, truncateFrom, entries };
  }

  /** The disk has confirmed everything up to this ticket. A late or repeated confirmation changes nothing. */
  confirm(upTo: Ticket): void {
    if (upTo > this.#issued)
      broken(`the disk confirmed ticket ${upTo}, but only ${this.#issued} were issued`);
    if (upTo <= this.#confirmed) return;
    this.#confirmed = upTo;
    const waiting = this.#open.findIndex((write) => write.ticket > upTo);
    const done = this.#open.splice(0, waiting === -1 ? this.#open.length : waiting);
    const last = done.at(-1);
    if (last !== undefined && last.upTo > this.#durableIndex) this.#durableIndex = last.upTo;
  }

  #stage(): Staged {
    if (this.#staged !== null) return this.#staged;
    this.#issued = ticket(this.#issued + 1);
    const upTo = this.#open.at(-1)?.upTo ?? this.#durableIndex;
    const write = { ticket: this.#issued, issuedAtTick: this.#ticks, upTo };
    this.#open.push(write);
    this.#staged = { write, hardState: null, reset: null, truncateFrom: null, entries: [] };
    return this.#staged;
  }

  #lower(kept: LogIndex): void {
    if (this.#durableIndex > kept) this.#durableIndex = kept;
    for (const write of this.#open) if (write.upTo > kept) write.upTo = kept;
  }
}
