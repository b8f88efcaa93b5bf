import { logIndex, NO_INDEX, NO_TERM } from '../core/ids.ts';
import type { LogIndex, Term } from '../core/ids.ts';
import { RaftInvariantError } from '../core/errors.ts';
import type { LogPosition } from '../core/snapshot-meta.ts';

/** The base of a log that is whole: the place before entry 1. */
export const BEGINNING: LogPosition = { index: NO_INDEX, term: NO_TERM };

/** The terms of all entries of a log after its base, kept as runs: a few numbers however long the log is. */
export class TermRuns {
  readonly #runs: { readonly from: LogIndex; readonly term: Term }[] = [];
  #base: LogPosition;
  #lastIndex: LogIndex;

  constructor(base: LogPosition = BEGINNING) {
    this.#base = base;
    this.#lastIndex = base.index;
  }

  /** The place before the first entry. */
  get base(): LogPosition {
    return this.#base;
  }

  get lastIndex(): LogIndex {
    return this.#lastIndex;
  }

  /** Term of the last entry, or of the base if there is none. */
  get lastTerm(): Term {
    return this.#runs.at(-1)?.term ?? this.#base.term;
  }

  /** Term of an entry, or of the base; undefined for any other place. */
  termAt(index: LogIndex): Term | undefined {
    if (index < this.#base.index || index > this.#lastIndex) return undefined;
    return this.#runs.findLast(({ from }) => from <= index)?.term ?? this.#base.term;
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
    if (index <= this.#base.index || index > this.#lastIndex + 1) {
      throw new RaftInvariantError(
        `a log of the entries ${this.#base.index + 1} to ${this.#lastIndex} cannot be cut from entry ${index} on`,
      );
    }
    while ((this.#runs.at(-1)?.from ?? 0) >= index) this.#runs.pop();
    this.#lastIndex = logIndex(index - 1);
  }

  /** Drops every entry: the log goes on after this place. */
  reset(base: LogPosition): void {
    this.#runs.length = 0;
    this.#base = base;
    this.#lastIndex = base.index;
  }
}
