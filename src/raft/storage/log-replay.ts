import type { HardState } from '../core/effect.ts';
import type { Entry } from '../core/entry.ts';
import { RaftInvariantError } from '../core/errors.ts';
import { logIndex } from '../core/ids.ts';
import type { LogIndex, Term } from '../core/ids.ts';
import type { LogPosition } from '../core/snapshot-meta.ts';
import { NO_HARD_STATE } from './record.ts';
import type { LogRecord } from './record.ts';
import { TermRuns } from './term-runs.ts';

/** Turns records into the log that they describe, and asserts that a log can be so. */
export class LogReplay {
  readonly entries: Entry[] = [];
  readonly terms: TermRuns;
  #hardState: HardState | null = null;
  /** Records before the first that is replayed were dropped: what is cut may reach into them. */
  #beginsInTheMiddle: boolean;

  /** `base`: the end of the log before the first record that is replayed. */
  constructor(base: LogPosition) {
    this.terms = new TermRuns(base);
    this.#beginsInTheMiddle = base.index > 0;
  }

  get hardState(): HardState {
    return this.#hardState ?? NO_HARD_STATE;
  }

  /** Whether any term and vote were replayed. */
  get hasHardState(): boolean {
    return this.#hardState !== null;
  }

  /** Throws `RaftInvariantError` for a record that cannot follow those before it, though it was written so. */
  apply(record: LogRecord): void {
    switch (record.kind) {
      case 'entry':
        this.terms.append(record.entry.index, record.entry.term);
        this.entries.push(record.entry);
        return;
      case 'truncate':
        this.#truncate(record.from, record.previousTerm);
        return;
      case 'reset':
        this.terms.reset(record.base);
        this.entries.length = 0;
        this.#beginsInTheMiddle = false;
        return;
      case 'hard-state':
        this.#hardState = successor(this.#hardState ?? NO_HARD_STATE, record.hardState);
        return;
      default:
        record satisfies never;
    }
  }

  #truncate(from: LogIndex, previousTerm: Term | null): void {
    const { base } = this.terms;
    if (this.#beginsInTheMiddle && from <= base.index && from > 0 && previousTerm !== null) {
      this.terms.reset({ index: logIndex(from - 1), term: previousTerm });
    } else this.terms.truncateFrom(from);
    this.entries.length = Math.max(0, from - 1 - this.terms.base.index);
  }
}

/** Terms never fall, and a vote is never changed within its term (§5.2). */
function successor(before: HardState, after: HardState): HardState {
  if (after.term < before.term)
    throw new RaftInvariantError(`term ${after.term} cannot follow term ${before.term}`);
  const voted = before.votedFor !== null && after.term === before.term;
  if (voted && after.votedFor !== before.votedFor) {
    throw new RaftInvariantError(
      `the vote of term ${after.term} went from ${before.votedFor} to ${after.votedFor ?? 'nobody'}`,
    );
  }
  return after;
}
