import type { Entry } from './entry.ts';
import { broken } from './errors.ts';
import { logIndex, NO_INDEX, NO_TERM, term, type LogIndex, type Term } from './ids.ts';
import type { LogView } from './log-view.ts';

/** The log in memory (§5.3). Indexes begin at 1 and have no gaps; terms never fall. */
export class Log implements LogView {
  readonly #entries: Entry[] = [];
  /** At i: the bytes of the entries 1 to i together. */
  readonly #bytesUpTo: number[] = [0];

  constructor(entries: readonly Entry[]) {
    this.append(entries);
  }

  get lastIndex(): LogIndex {
    return this.#entries.at(-1)?.index ?? NO_INDEX;
  }

  get lastTerm(): Term {
    return this.#entries.at(-1)?.term ?? NO_TERM;
  }

  /** Cluster time of the last entry in milliseconds, 0 for an empty log. */
  get lastClusterTimeMs(): number {
    return this.#entries.at(-1)?.clusterTimeMs ?? 0;
  }

  termAt(index: LogIndex): Term | undefined {
    return index === NO_INDEX ? NO_TERM : this.#entries[index - 1]?.term;
  }

  entryAt(index: LogIndex): Entry {
    return this.#entries[index - 1] ?? broken(`no entry at ${index}: the log ends at ${this.lastIndex}`);
  }

  slice(from: LogIndex, to: LogIndex, maxBytes: number): readonly Entry[] {
    if (from > to) return [];
    if (from < 1 || to > this.lastIndex)
      broken(`no entries ${from} to ${to}: the log ends at ${this.lastIndex}`);
    let end: number = from;
    while (end < to && this.#bytesAfter(from - 1, end + 1) <= maxBytes) end += 1;
    return this.#entries.slice(from - 1, end);
  }

  /** Bytes of the entries after `after`, up to and with `upTo`; 0 if there are none. */
  bytesBetween(after: LogIndex, upTo: LogIndex): number {
    return Math.max(0, this.#bytesAfter(after, upTo));
  }

  append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.index !== this.lastIndex + 1) broken(`entry ${entry.index} cannot follow ${this.lastIndex}`);
      if (entry.term < this.lastTerm)
        broken(`entry ${entry.index}: term ${entry.term} after ${this.lastTerm}`);
      this.#entries.push(entry);
      this.#bytesUpTo.push((this.#bytesUpTo.at(-1) ?? 0) + entry.bytes.byteLength);
    }
  }

  /** Drops every entry from `from` on. What is committed is never dropped (§5.4). */
  truncateFrom(from: LogIndex, commitIndex: LogIndex): void {
    if (from <= commitIndex) broken(`entry ${from} is to be dropped, but ${commitIndex} is committed`);
    this.#entries.length = from - 1;
    this.#bytesUpTo.length = from;
  }

  /** The first of these entries that this log lacks, or has in another term; null if it has them all. */
  findConflict(entries: readonly Entry[]): LogIndex | null {
    return entries.find((entry) => this.termAt(entry.index) !== entry.term)?.index ?? null;
  }

  /** Whether a log that ends so is at least as up-to-date as this one (§5.4.1). */
  isOutdatedOrEqualTo(lastTerm: Term, lastIndex: LogIndex): boolean {
    return lastTerm === this.lastTerm ? lastIndex >= this.lastIndex : lastTerm > this.lastTerm;
  }

  /** The first index whose term is not below this one; last index + 1 if there is none. */
  firstIndexFromTerm(term: Term): LogIndex {
    let low = 1;
    let high = this.lastIndex + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.entryAt(logIndex(middle)).term >= term) high = middle;
      else low = middle + 1;
    }
    return logIndex(low);
  }

  /** The last index of this very term; null if no entry has it. */
  lastIndexOfTerm(wanted: Term): LogIndex | null {
    const index = logIndex(this.firstIndexFromTerm(term(wanted + 1)) - 1);
    return index !== NO_INDEX && this.termAt(index) === wanted ? index : null;
  }

  #bytesAfter(after: number, upTo: number): number {
    return (this.#bytesUpTo[upTo] ?? 0) - (this.#bytesUpTo[after] ?? 0);
  }
}
