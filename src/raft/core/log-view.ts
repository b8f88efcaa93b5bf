import type { Entry } from './entry.ts';
import type { LogIndex, Term } from './ids.ts';

/** A window on a log for reading. What a driver may see of the core's log. */
export interface LogView {
  /** The last index before the first entry: 0, or the last one that was dropped. */
  readonly baseIndex: LogIndex;
  readonly baseTerm: Term;
  /** baseIndex + 1: index of the first entry, if there is one. */
  readonly firstIndex: LogIndex;
  /** Index of the last entry; baseIndex if there is none. */
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  /** Cluster time of the last entry in milliseconds, 0 before the first. */
  readonly lastClusterTimeMs: number;
  /** The term of the entry at an index; of the base too; undefined where nothing is known. */
  termAt(index: LogIndex): Term | undefined;
  /** Throws if there is no such entry, or if it was dropped. */
  entryAt(index: LogIndex): Entry;
  /** Entries from `from` to `to`, both included, cut once their bytes pass `maxBytes` (at least one entry). */
  slice(from: LogIndex, to: LogIndex, maxBytes: number): readonly Entry[];
}
