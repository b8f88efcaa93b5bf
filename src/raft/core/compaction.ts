import { broken } from './errors.ts';
import type { Input } from './input.ts';
import type { RaftState } from './state.ts';

/** A snapshot of this node's own is durable: what it covers may be dropped from the log (§7). */
export function onSnapshotTaken(
  state: RaftState,
  { meta, dropUpTo }: Extract<Input, { kind: 'snapshot-taken' }>,
): void {
  if (meta.index > state.commitIndex) {
    broken(`a snapshot was taken at ${meta.index}, but only ${state.commitIndex} is committed`);
  }
  const termThere = state.log.termAt(meta.index);
  if (termThere !== undefined && termThere !== meta.term) {
    broken(
      `a snapshot was taken at ${meta.index} in term ${meta.term}, but that entry is of term ${termThere}`,
    );
  }
  if (meta.index > (state.snapshot?.index ?? -1)) state.snapshot = meta;
  if (dropUpTo > (state.snapshot?.index ?? 0)) {
    broken(
      `the log is to be dropped up to ${dropUpTo}, beyond the newest snapshot at ${state.snapshot?.index}`,
    );
  }
  state.log.dropUpTo(dropUpTo);
}
