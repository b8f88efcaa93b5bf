import type { Entry } from './entry.ts';
import type { LogIndex, Term } from './ids.ts';

/** A window on a log for reading. What a driver may see of the core's log. */
export interface LogView {
  /** Index of the last entry, or 0. */
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  /** The term of the entry at an index; 0 for index 0; undefined where there is no entry. */
  termAt(index: LogIndex): Term | undefined;
  entryAt(index: LogIndex): Entry;
  /** Entries from `from` to `to`, both included, cut once their bytes pass `maxBytes` (at least one entry). */
  slice(from: LogIndex, to: LogIndex, maxBytes: number): readonly Entry[];
}
