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
 * Recovers the log of a folder and opens it for appending. What is given back as recovered is durable. In an
 * empty folder the first segment is reserved in the background, and the first batch waits for it. Throws what
 * `recoverLog` throws, before anything was changed.
 */
export function openLog(options: LogOptions): OpenedLog {
  const found = recoverLog(options.disk, options.folderId);
  const settled = settle(options.disk, found);
  return { recovered: settled.log, store: new LogWriter(options, settled) };
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
