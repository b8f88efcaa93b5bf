import { broken } from './errors.ts';
import { NO_INDEX } from './ids.ts';
import type { RaftOptions } from './options.ts';

/** Throws `RaftInvariantError` for options that no driver can mean. What a user can get wrong is checked long before. */
export function assertOptions(options: RaftOptions): void {
  const { electionTicks, heartbeatTicks, hardState, log } = options;
  if (!Number.isSafeInteger(heartbeatTicks) || heartbeatTicks < 1) {
    broken(`heartbeatTicks must be a whole number of at least 1, not ${heartbeatTicks}`);
  }
  if (!Number.isSafeInteger(electionTicks) || electionTicks < 3 * heartbeatTicks) {
    broken(`electionTicks must be at least 3 * heartbeatTicks = ${3 * heartbeatTicks}, not ${electionTicks}`);
  }
  const lastTerm = log.at(-1)?.term ?? 0;
  if (lastTerm > hardState.term) {
    broken(`the log on disk ends in term ${lastTerm}, but the saved term is ${hardState.term}`);
  }
  assertSnapshotFits(options);
}

/** The log goes on where the snapshot ends, or overlaps with it; `alignFound` sees to that. */
function assertSnapshotFits({ snapshot, base, log }: RaftOptions): void {
  const covered = snapshot?.index ?? NO_INDEX;
  if (base.index > covered) broken(`the log begins after ${base.index}, beyond the snapshot at ${covered}`);
  if (snapshot === null) return;
  const termThere = covered === base.index ? base.term : log[covered - base.index - 1]?.term;
  if (termThere !== snapshot.term) {
    broken(
      `the snapshot ends with entry ${covered} of term ${snapshot.term}; the log has ${termThere ?? 'none'} there`,
    );
  }
}
