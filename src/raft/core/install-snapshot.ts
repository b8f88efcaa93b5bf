import { becomeFollower } from './role-change.ts';
import type { Input } from './input.ts';
import { accept, followLeader } from './replication-follower.ts';
import type { SnapshotMeta } from './snapshot-meta.ts';
import type { RaftState } from './state.ts';

/**
 * A snapshot has come whole from a leader and is durable (InstallSnapshot RPC, Figure 13). Steps 1 to 5, the chunks, are the
 * driver's. Step 1 here: one that an earlier leader sent is not answered; but it is installed, for what it stands for was
 * committed, and the leader of this term has it too (§5.4.3).
 */
export function onSnapshotReceived(
  state: RaftState,
  { from, term, meta }: Extract<Input, { kind: 'snapshot-received' }>,
): void {
  if (term > state.term) becomeFollower(state, term, from, 'leader-found');
  if (term === state.term) followLeader(state, from);
  else if (state.role.kind === 'leader') return;
  install(state, meta);
  if (term === state.term) accept(state, from, state.commitIndex);
}

function install(state: RaftState, meta: SnapshotMeta): void {
  // Late, or sent twice: everything in it is here, and nothing may go back.
  if (meta.index <= state.commitIndex) return;
  if (state.log.termAt(meta.index) === meta.term) {
    // 6. "If existing log entry has same index and term as snapshot's last included entry, retain log entries
    //    following it and reply": those before it are the same too (Log Matching), so they are applied from the log.
    state.commitTo(meta.index);
  } else {
    // 7. "Discard the entire log"
    // 8. "Reset state machine using snapshot contents (and load snapshot's cluster configuration)"
    state.resetTo(meta);
    state.emit({ kind: 'install-snapshot', meta });
  }
}
