import { logIndex, NO_INDEX, NO_TERM } from '../core/ids.ts';
import type { LogIndex, Term } from '../core/ids.ts';
import { RaftInvariantError } from '../core/errors.ts';

/** The terms of all entries of a log, kept as runs: a few numbers however long the log is. */
export class TermRuns {
  readonly #runs: { readonly from: LogIndex; readonly term: Term }[] = [];
  #lastIndex: LogIndex = NO_INDEX;

  get lastIndex(): LogIndex {
    return this.#lastIndex;
  }

  get lastTerm(): Term {
    return this.#runs.at(-1)?.term ?? NO_TERM;
  }

  /** Throws `RaftInvariantError` if the entry does not follow the last one. */
  append(index: LogIndex, term: Term): void {
    if (index !== this.#lastIndex + 1) {
      throw new RaftInvariantError(`entry ${index} cannot follow entry ${this.#lastIndex}`);
    }
    if (term < this.lastTerm) {
      throw new RaftInvariantError(
        `entry ${index} of term ${term} cannot follow an entry of term ${this.lastTerm}`,
      );
    }
    if (term !== this.lastTerm) this.#runs.push({ from: index, term });
    this.#lastIndex = index;
  }

  /** Drops every entry from this index on. Throws `RaftInvariantError` if there can be no such entry. */
  truncateFrom(index: LogIndex): void {
    if (index < 1 || index > this.#lastIndex + 1) {
      throw new RaftInvariantError(
        `a log of ${this.#lastIndex} entries cannot be cut from entry ${index} on`,
      );
    }
    while ((this.#runs.at(-1)?.from ?? 0) >= index) this.#runs.pop();
    this.#lastIndex = logIndex(index - 1);
  }
}
