import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

/** By the ticks that a core has taken: when it last heard a leader. */
interface Hearing {
  readonly core: object | null;
  ticks: number;
  heardAt: number;
  /** The leader that seems to be gone, as its process was told. */
  hinted: NodeId | null;
}

const hearingOf = new WeakMap<NodeRecord, Hearing>();

/**
 * Nobody stands for election, or promises a vote to somebody who does (dissertation §4.2.3), within an election timeout of the
 * leader's last word (§5.2), unless it was told since that the leader's process is gone: a connection that was merely reset deposes nobody.
 */
export const heardLeaderIsKept: Invariant = {
  name: 'A Leader That Is Heard Is Kept',
  takes(_history, record, input) {
    const hearing = current(record);
    if (input.kind === 'tick') hearing.ticks += 1;
    if (input.kind === 'leader-suspected') {
      if (!record.hintsOf.delete(input.leader))
        throw new BrokenInvariant(
          this.name,
          `${record.id} takes the process of ${input.leader} for gone, and nobody has told it so`,
        );
      hearing.hinted = input.leader;
    }
    if (input.kind !== 'receive') return;
    const { kind, term } = input.message;
    // What it has done in this very turn counts, too: it may have begun a later term.
    const now = Math.max(record.term, record.core?.term ?? 0);
    if ((kind !== 'append-entries' && kind !== 'heartbeat') || term < now) return;
    hearing.heardAt = hearing.ticks;
    hearing.hinted = null;
  },
  says({ limits }, record, message, to) {
    const { ticks, heardAt, hinted } = current(record);
    if (hinted !== null || ticks - heardAt >= limits.electionTicks) return;
    if (message.kind === 'pre-vote')
      throw new BrokenInvariant(
        this.name,
        `${record.id} asks for pre-votes ${ticks - heardAt} ticks after it heard a leader`,
      );
    const leader = record.core?.leader ?? null;
    const isPromise = message.kind === 'pre-vote-response' && message.granted;
    if (isPromise && leader !== null && leader !== to)
      throw new BrokenInvariant(
        this.name,
        `${record.id} promises ${to} its vote ${ticks - heardAt} ticks after it heard ${leader}, which it follows`,
      );
  },
};

function current(record: NodeRecord): Hearing {
  const known = hearingOf.get(record);
  if (known !== undefined && known.core === record.core) return known;
  // A process that has just begun has heard nobody.
  const isSame = known !== undefined && known.core === null && record.core !== null;
  const hearing: Hearing = isSame
    ? { ...known, core: record.core }
    : { core: record.core, ticks: 0, heardAt: -Infinity, hinted: null };
  hearingOf.set(record, hearing);
  return hearing;
}
