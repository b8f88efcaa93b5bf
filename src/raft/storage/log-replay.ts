import type { HardState } from '../core/effect.ts';
import type { Entry } from '../core/entry.ts';
import { RaftInvariantError } from '../core/errors.ts';
import { NO_HARD_STATE } from './record.ts';
import type { LogRecord } from './record.ts';
import { TermRuns } from './term-runs.ts';

/** Turns records into the log that they describe, and asserts that a log can be so. */
export class LogReplay {
  readonly entries: Entry[] = [];
  readonly terms = new TermRuns();
  #hardState = NO_HARD_STATE;

  get hardState(): HardState {
    return this.#hardState;
  }

  /** Throws `RaftInvariantError` for a record that cannot follow those before it, though it was written so. */
  apply(record: LogRecord): void {
    switch (record.kind) {
      case 'entry':
        this.terms.append(record.entry.index, record.entry.term);
        this.entries.push(record.entry);
        return;
      case 'truncate':
        this.terms.truncateFrom(record.from);
        this.entries.length = record.from - 1;
        return;
      case 'hard-state':
        this.#hardState = successor(this.#hardState, record.hardState);
        return;
      default:
        record satisfies never;
    }
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
