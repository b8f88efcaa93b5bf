import { alignFound } from '../../../../src/raft/core/align-found.ts';
import type { HardState } from '../../../../src/raft/core/effect.ts';
import type { Entry } from '../../../../src/raft/core/entry.ts';
import { logIndex, NO_INDEX, NO_TERM, term, type LogIndex } from '../../../../src/raft/core/ids.ts';
import type { RaftOptions } from '../../../../src/raft/core/options.ts';
import type { LogPosition, SnapshotMeta } from '../../../../src/raft/core/snapshot-meta.ts';
import type { EffectOf } from './server.ts';

/** What a restart would find, and under which identity. */
export interface Disk {
  readonly folderId: string;
  readonly formerFolderIds: readonly string[];
  readonly settledMembersIndex: LogIndex;
  readonly hardState: HardState;
  readonly snapshot: SnapshotMeta | null;
  readonly base: LogPosition;
  readonly log: readonly Entry[];
}

export const NOTHING = { index: logIndex(0), term: NO_TERM };

export function diskOf(options: RaftOptions): Disk {
  const { folderId, formerFolderIds, settledMembersIndex, hardState, snapshot, base, log } = options;
  return { folderId, formerFolderIds, settledMembersIndex, hardState, snapshot, base, log };
}

export function written(disk: Disk, write: EffectOf<'persist'>): Disk {
  const base = write.reset ?? disk.base;
  const log = write.reset === null ? disk.log : [];
  const kept =
    write.truncateFrom === null ? log : log.slice(0, Math.max(0, write.truncateFrom - 1 - base.index));
  return { ...disk, base, hardState: write.hardState ?? disk.hardState, log: [...kept, ...write.entries] };
}

/** A newer snapshot is durable; an older one changes nothing. */
export function withSnapshot(disk: Disk, snapshot: SnapshotMeta): Disk {
  return snapshot.index > (disk.snapshot?.index ?? -1) ? { ...disk, snapshot } : disk;
}

export function withoutUpTo(disk: Disk, dropUpTo: number): Disk {
  const last = disk.log.findLast(({ index }) => index <= dropUpTo);
  if (last === undefined) return disk;
  return {
    ...disk,
    base: { index: last.index, term: last.term },
    log: disk.log.filter(({ index }) => index > last.index),
  };
}

/** As a start finds it: log and snapshot made to fit. */
export function aligned(disk: Disk): Disk {
  const { base, log } = alignFound(disk.snapshot, disk.base, disk.log);
  const found = disk.snapshot?.term ?? NO_TERM;
  const hardState =
    found > disk.hardState.term ? { ...disk.hardState, term: found, votedFor: null } : disk.hardState;
  return { ...disk, hardState, base, log };
}

/** An empty folder takes the place of what was there: it remembers nothing. */
export function emptied(folderId: string): Disk {
  const hardState: HardState = { term: NO_TERM, votedFor: null, standing: 'recovering' };
  const forgotten = {
    formerFolderIds: [],
    settledMembersIndex: NO_INDEX,
    snapshot: null,
    base: NOTHING,
    log: [],
  };
  return { folderId, hardState, ...forgotten };
}

/**
 * The log ends before its mark: a new identity for what is left of it. `lost` entries at its end are gone, and with them the
 * terms and votes that were written among them.
 */
export function suspect(disk: Disk, folderId: string, lost: number): Disk {
  const { formerFolderIds, hardState, snapshot, base } = disk;
  const log = disk.log.slice(0, disk.log.length - Math.min(lost, disk.log.length));
  const isKept = log.length > 0 || snapshot !== null;
  const carriesOn = isKept && (hardState.standing === 'voting' || formerFolderIds.length > 0);
  const lastTerm = Math.max(log.at(-1)?.term ?? base.term, snapshot?.term ?? 0);
  const left: HardState =
    lost === 0 ? hardState : { term: term(lastTerm), votedFor: null, standing: 'recovering' };
  return {
    ...disk,
    folderId,
    formerFolderIds: carriesOn ? [...formerFolderIds, disk.folderId] : [],
    hardState: { ...left, standing: 'recovering' },
    log,
  };
}
