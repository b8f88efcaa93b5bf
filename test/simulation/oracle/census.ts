import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Input } from '../../../src/raft/core/input.ts';
import type { RaftEvent } from '../../../src/raft/driver/observer.ts';

/** How often what is rare has happened in a run: a fault that never strikes, or a cure that is never needed, shows here. */
export class Census {
  readonly counts = {
    snapshotsTaken: 0,
    snapshotsSent: 0,
    installed: 0,
    readmitted: 0,
    unanimous: 0,
    added: 0,
    promoted: 0,
    removed: 0,
    raised: 0,
    hints: 0,
    short: 0,
    /** Folders that were opened in doubt, and those that their nodes refused to start on. */
    doubts: 0,
    refusals: 0,
    /** Snapshots that came to a log that reaches beyond them, and is another one there. */
    overConflicts: 0,
  };

  told(event: RaftEvent, core: Raft | null): void {
    const { counts } = this;
    switch (event.kind) {
      case 'snapshot-taken':
        counts.snapshotsTaken += 1;
        return;
      case 'snapshot-sent':
        counts.snapshotsSent += 1;
        return;
      case 'snapshot-installed':
        counts.installed += 1;
        return;
      case 'readmitted':
        counts.readmitted += 1;
        return;
      case 'member-added':
        counts.added += 1;
        return;
      case 'member-promoted':
        counts.promoted += 1;
        return;
      case 'member-removed':
        counts.removed += 1;
        return;
      case 'version-raised':
        counts.raised += 1;
        return;
      case 'disk-room':
        if (event.room === 'short') counts.short += 1;
        return;
      case 'role-changed':
        if (event.role === 'leader' && (core?.vouched.length ?? 0) > 0) counts.unanimous += 1;
        return;
      default:
        return;
    }
  }

  takes(input: Input, { log, commitIndex }: Raft): void {
    if (input.kind === 'leader-suspected') this.counts.hints += 1;
    if (input.kind !== 'snapshot-received' || input.meta.index <= commitIndex) return;
    const { index, term } = input.meta;
    if (log.lastIndex > index && log.termAt(index) !== term) this.counts.overConflicts += 1;
  }
}
