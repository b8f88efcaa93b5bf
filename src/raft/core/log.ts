import type { Entry } from './entry.ts';
import { EntryChunks } from './entry-chunks.ts';
import { broken } from './errors.ts';
import { logIndex, NO_INDEX, NO_TERM, term, type LogIndex, type Term } from './ids.ts';
import type { LogView } from './log-view.ts';
import type { LogPosition } from './snapshot-meta.ts';

/** The base of a log that is whole. */
export const ORIGIN: LogPosition = { index: NO_INDEX, term: NO_TERM };

/**
 * The log in memory (§5.3). Indexes have no gaps; terms never fall. It begins after its base: index 0 in term 0, or the
 * last entry that was dropped because a snapshot covers it (§7); of that one, index and term are still known.
 */
export class Log implements LogView {
  #base: LogPosition;
  #baseTimeMs: number;
  #entries: EntryChunks;

  /** `baseTimeMs`: cluster time of the entry at the base, in milliseconds. */
  constructor(entries: readonly Entry[], base: LogPosition = ORIGIN, baseTimeMs = 0) {
    this.#base = base;
    this.#baseTimeMs = baseTimeMs;
    this.#entries = new EntryChunks(base.index);
    this.append(entries);
  }

  get base(): LogPosition {
    return this.#base;
  }

  get baseIndex(): LogIndex {
    return this.#base.index;
  }

  get baseTerm(): Term {
    return this.#base.term;
  }

  get firstIndex(): LogIndex {
    return logIndex(this.#base.index + 1);
  }

  get lastIndex(): LogIndex {
    return this.#last?.index ?? this.#base.index;
  }

  get lastTerm(): Term {
    return this.#last?.term ?? this.#base.term;
  }

  get lastClusterTimeMs(): number {
    return this.#last?.clusterTimeMs ?? this.#baseTimeMs;
  }

  termAt(index: LogIndex): Term | undefined {
    return index === this.#base.index ? this.#base.term : this.#entries.at(index)?.term;
  }

  entryAt(index: LogIndex): Entry {
    return this.#entries.at(index) ?? broken(`no entry at ${index}: ${this.#extent()}`);
  }

  slice(from: LogIndex, to: LogIndex, maxBytes: number): readonly Entry[] {
    if (from > to) return [];
    if (from <= this.#base.index || to > this.lastIndex)
      broken(`no entries ${from} to ${to}: ${this.#extent()}`);
    const slice = [this.entryAt(from)];
    for (let next = from + 1; next <= to; next += 1) {
      if (this.#entries.bytesBetween(from - 1, next) > maxBytes) break;
      slice.push(this.entryAt(logIndex(next)));
    }
    return slice;
  }

  /** Bytes of the entries after `after`, up to and with `upTo`; 0 if there are none. Those dropped count for nothing. */
  bytesBetween(after: LogIndex, upTo: LogIndex): number {
    return this.#entries.bytesBetween(after, upTo);
  }

  append(entries: readonly Entry[]): void {
    let { index, term }: LogPosition = { index: this.lastIndex, term: this.lastTerm };
    for (const entry of entries) {
      if (entry.index !== index + 1) broken(`entry ${entry.index} cannot follow ${index}`);
      if (entry.term < term) broken(`entry ${entry.index}: term ${entry.term} after ${term}`);
      this.#entries.push(entry);
      ({ index, term } = entry);
    }
  }

  /** Drops every entry from `from` on. What is committed is never dropped (§5.4). */
  truncateFrom(from: LogIndex, commitIndex: LogIndex): void {
    if (from <= commitIndex) broken(`entry ${from} is to be dropped, but ${commitIndex} is committed`);
    this.#entries.dropAbove(from - 1);
  }

  /** Drops every entry up to and with `index`, which a snapshot covers (§7). */
  dropUpTo(index: LogIndex): void {
    if (index <= this.#base.index) return;
    const { term, clusterTimeMs } = this.entryAt(index);
    this.#entries.dropUpTo(index);
    this.#base = { index, term };
    this.#baseTimeMs = clusterTimeMs;
  }

  /** Drops everything: the log goes on after this position, which a snapshot covers (Figure 13, step 7). */
  reset(base: LogPosition, baseTimeMs: number): void {
    this.#base = base;
    this.#baseTimeMs = baseTimeMs;
    this.#entries = new EntryChunks(base.index);
  }

  /**
   * The first of these entries that this log lacks, or has in another term; null if it has them all. Those that a
   * snapshot covers it has: they are committed, so every leader has the same.
   */
  findConflict(entries: readonly Entry[]): LogIndex | null {
    const differs = ({ index, term }: Entry): boolean =>
      index > this.#base.index && this.#entries.at(index)?.term !== term;
    return entries.find(differs)?.index ?? null;
  }

  /** Whether a log that ends so is at least as up-to-date as this one (§5.4.1). */
  isOutdatedOrEqualTo(lastTerm: Term, lastIndex: LogIndex): boolean {
    return lastTerm === this.lastTerm ? lastIndex >= this.lastIndex : lastTerm > this.lastTerm;
  }

  /** The first index above the base whose term is not below this one; last index + 1 if there is none. */
  firstIndexFromTerm(term: Term): LogIndex {
    let low: number = this.#base.index + 1;
    let high = this.lastIndex + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.entryAt(logIndex(middle)).term >= term) high = middle;
      else low = middle + 1;
    }
    return logIndex(low);
  }

  /** The last index of this very term, the base included; null if nothing known has it. */
  lastIndexOfTerm(wanted: Term): LogIndex | null {
    const index = logIndex(this.firstIndexFromTerm(term(wanted + 1)) - 1);
    return index !== NO_INDEX && this.termAt(index) === wanted ? index : null;
  }

  get #last(): Entry | undefined {
    return this.#entries.at(this.#entries.last);
  }

  #extent(): string {
    return `the log goes from ${this.#base.index + 1} to ${this.lastIndex}`;
  }
}
