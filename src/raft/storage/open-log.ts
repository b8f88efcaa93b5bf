import { alignFound } from '../core/align-found.ts';
import type { Standing } from '../core/membership.ts';
import type { Disk } from './disk.ts';
import type { LogOptions } from './log-options.ts';
import type { DiskLogStore, RecoveredLog } from './log-store.ts';
import type { FoundLog } from './log-walk.ts';
import { LogWriter } from './log-writer.ts';
import { nextMark } from './open-segment.ts';
import { recoverLog } from './recover-log.ts';

export interface OpenedLog {
  readonly recovered: RecoveredLog;
  readonly store: DiskLogStore;
}

/**
 * Recovers the log of a folder and opens it for appending. In an empty folder the first segments are reserved in the background, and
 * the first batch waits for them. Throws what `recoverLog` throws, before anything was changed.
 */
export function openLog(options: LogOptions): OpenedLog {
  const { disk, folderId, pastFolderIds, snapshot } = options;
  return startLog(options, recoverLog({ disk, folderIds: [folderId, ...pastFolderIds], snapshot }), null);
}

/** What is written before anything else. */
export interface FirstWords {
  readonly standing: Standing;
  /** They are durable. */
  readonly done: () => void;
}

/**
 * Opens a log that was found for appending. What is given back is durable, or follows from what is: a log that does not go with the
 * snapshot is reset, and the record of it goes before all that is appended, as `first` does.
 */
export function startLog(options: LogOptions, found: FoundLog, first: FirstWords | null): OpenedLog {
  const { snapshot, disk } = options;
  const settled = settle(disk, found);
  const store = new LogWriter(options, settled);
  const { hardState, tornTail } = settled.log;
  const { base, log, reset } = alignFound(snapshot, settled.log.base, settled.log.entries);
  const standing = first?.standing ?? hardState.standing;
  // A snapshot may be of a term that the log has not seen. That term had a leader, and this node gave no vote in it: it would be on the disk.
  const isBehind = snapshot !== null && hardState.term < snapshot.term;
  const state = isBehind ? { term: snapshot.term, votedFor: null, standing } : { ...hardState, standing };
  if (reset !== null || first !== null || isBehind)
    store.append(
      { hardState: state, reset, truncateFrom: null, entries: [] },
      first?.done ?? (() => undefined),
    );
  return { recovered: { hardState: state, base, entries: log, tornTail }, store };
}

/**
 * Makes what was found durable before anybody relies on it: a killed process may have left its last batch unsynced,
 * and without its mark, so that the loss of that batch would not be noticed.
 */
function settle(disk: Disk, found: FoundLog): FoundLog {
  const { current, unsealed, end } = found;
  if (current === null) return found;
  const mark = nextMark(current, end, 'open');
  disk.writeDurably(current.name, mark.offset, mark.bytes);
  if (unsealed !== null) {
    const seal = nextMark(unsealed, end, 'sealed');
    disk.writeDurably(unsealed.name, seal.offset, seal.bytes);
  }
  return { ...found, current: mark.segment };
}
