import type { Entry } from './entry.ts';
import { broken } from './errors.ts';
import type { LogPosition } from './snapshot-meta.ts';

/** A snapshot and a log that fit together. */
export interface AlignedLog {
  readonly base: LogPosition;
  readonly log: readonly Entry[];
  /** Not null if the log on the disk must be reset to this position before anything is appended to it. */
  readonly reset: LogPosition | null;
}

/**
 * Makes the log that was found on a disk go with the newest snapshot beside it. A power cut between the two may have
 * left a snapshot that is durable and a log that was not reset yet: one that ends before it, or holds another entry at its
 * place, goes (Figure 13, steps 6 and 7). Throws `RaftInvariantError` if entries are missing between the two.
 */
export function alignFound(
  snapshot: LogPosition | null,
  base: LogPosition,
  log: readonly Entry[],
): AlignedLog {
  const covered = snapshot?.index ?? 0;
  if (base.index > covered) {
    broken(
      `the log on disk begins after entry ${base.index}, and the newest snapshot ends at ${covered}: the entries between are gone`,
    );
  }
  if (snapshot === null) return { base, log, reset: null };
  const { index, term } = snapshot;
  const termThere = index === base.index ? base.term : log[index - base.index - 1]?.term;
  if (termThere === term) return { base, log, reset: null };
  return { base: { index, term }, log: [], reset: { index, term } };
}
