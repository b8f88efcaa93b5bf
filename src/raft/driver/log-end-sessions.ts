import type { LogIndex } from '../core/ids.ts';
import { logIndex } from '../core/ids.ts';
import type { LogView } from '../core/log-view.ts';
import type { BatchFormats } from './batch-formats.ts';
import { decodeIncarnation } from './payloads.ts';
import type { Sessions } from './sessions.ts';

/** Some milliseconds' worth. */
const ENTRIES_PER_SLICE = 5_000;

export interface AppliedSessions {
  readonly sessions: Sessions;
  readonly appliedIndex: LogIndex;
}

/**
 * The sessions at the end of a new leader's log: what has been applied, brought forward by the rest. That may be long, after a
 * restart of the whole cluster, so it is gone through in slices, while it is being applied and dropped at its beginning. What is
 * applied may be gone from the log; what is not never is.
 */
export class LogEndSessions {
  #table: Sessions;
  #reached: LogIndex;

  constructor({ sessions, appliedIndex }: AppliedSessions) {
    this.#table = sessions.copy();
    this.#reached = appliedIndex;
  }

  /** A slice further. Returns the sessions once the end is reached; they are the caller's own then. */
  goOn(log: LogView, applied: AppliedSessions, batches: BatchFormats): Sessions | null {
    // Applying is ahead: it has done the work.
    if (applied.appliedIndex > this.#reached) {
      this.#table = applied.sessions.copy();
      this.#reached = applied.appliedIndex;
    }
    const end = Math.min(log.lastIndex, this.#reached + ENTRIES_PER_SLICE);
    for (let index = this.#reached + 1; index <= end; index += 1) {
      const entry = log.entryAt(logIndex(index));
      if (entry.kind === 'commands') this.#table.advance(batches.decode(entry.payload));
      else if (entry.kind === 'incarnation') this.#table.replace(decodeIncarnation(entry.payload));
    }
    this.#reached = logIndex(end);
    return end === log.lastIndex ? this.#table : null;
  }
}
