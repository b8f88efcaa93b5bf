import { logIndex, NO_INDEX, type LogIndex, type NodeId } from './ids.ts';
import type { Log } from './log.ts';
import type { Standing } from './membership.ts';
import type { AppendEntriesRejected } from './messages.ts';
import type { LogPosition } from './snapshot-meta.ts';

/**
 * How a leader sends to one follower.
 * - `probe`: it does not know where the logs part; one AppendEntries at a time.
 * - `optimistic`: nor does it here, but the follower has just voted for it, so its log most likely goes on after `from`. Entries are
 *   sent ahead as in `replicate`; a refusal leads to `probe` (dissertation §10.2.2).
 * - `replicate`: it does; entries are sent ahead of their acknowledgement, up to a number of bytes.
 * - `snapshot`: it needs entries that were dropped; the driver sends it a snapshot, and nothing else is sent (§7).
 */
export type Progress =
  | { readonly kind: 'probe'; awaitsAnswer: boolean }
  | { readonly kind: 'optimistic'; readonly from: LogIndex }
  | { readonly kind: 'replicate'; ticksWithoutAck: number }
  | { readonly kind: 'snapshot'; readonly sent: LogPosition };

/** What a leader knows of one follower (Figure 2, volatile state on leaders). */
export interface Peer {
  readonly id: NodeId;
  /** Known to be durable there. Never falls, as long as it has the same data folder. */
  matchIndex: LogIndex;
  /** The next entry to send. Always above matchIndex. */
  nextIndex: LogIndex;
  progress: Progress;
  /** What it last said of its disk; `recovering` until it has said anything. */
  standing: Standing;
  /** Index of the entry that removed it from the membership, or null: it is sent the log until it knows. */
  leavingAt: LogIndex | null;
  /** The highest commit index that was told to it. */
  commitTold: LogIndex;
  /** The newest read round that it has confirmed. */
  readSeq: number;
  ticksSinceHeard: number;
}

export function newPeer(id: NodeId, nextIndex: LogIndex, standing: Standing): Peer {
  return {
    id,
    matchIndex: NO_INDEX,
    nextIndex,
    progress: { kind: 'probe', awaitsAnswer: false },
    standing,
    leavingAt: null,
    commitTold: NO_INDEX,
    readSeq: 0,
    ticksSinceHeard: 0,
  };
}

/** One that voted for this leader just now. */
export function newVoter(id: NodeId, nextIndex: LogIndex, standing: Standing): Peer {
  const from = logIndex(nextIndex - 1);
  return { ...newPeer(id, nextIndex, standing), progress: { kind: 'optimistic', from } };
}

/** What it says of its disk. Nobody goes back from voting under the same folder: a late word from before says nothing new. */
export function hearStanding(peer: Peer, standing: Standing): void {
  if (standing === 'voting') peer.standing = standing;
}

/** Where its log parts from the leader's was asked, and not answered yet. */
export const awaitsFirstAnswer = ({ progress }: Peer): boolean =>
  progress.kind === 'optimistic' || (progress.kind === 'probe' && progress.awaitsAnswer);

/** What was sent to it and not yet acknowledged comes after this entry. */
const inflightAfter = ({ progress, matchIndex }: Peer): LogIndex =>
  progress.kind === 'optimistic' ? progress.from : matchIndex;

/** Something was sent to it and not yet acknowledged. */
export const hasInflight = (peer: Peer): boolean => peer.nextIndex > inflightAfter(peer) + 1;

/** Bytes that were sent to it and not yet acknowledged. */
export const inflightBytes = (peer: Peer, log: Log): number =>
  log.bytesBetween(inflightAfter(peer), logIndex(peer.nextIndex - 1));

export function tickPeer(peer: Peer): void {
  peer.ticksSinceHeard += 1;
  if (peer.progress.kind !== 'replicate') return;
  peer.progress.ticksWithoutAck = hasInflight(peer) ? peer.progress.ticksWithoutAck + 1 : 0;
}

/**
 * The follower has everything up to `matchIndex`. A late acknowledgement of less changes nothing. A snapshot on its way has
 * come, or is not needed any more, once the log can go on from there: it may be the one that was sent, or a newer one.
 */
export function acknowledge(peer: Peer, matchIndex: LogIndex, base: LogIndex): void {
  const { progress } = peer;
  const advanced = matchIndex > peer.matchIndex;
  if (advanced) peer.matchIndex = matchIndex;
  if (peer.progress.kind === 'replicate' && advanced) peer.progress.ticksWithoutAck = 0;
  if (peer.progress.kind === 'probe' && matchIndex >= peer.nextIndex - 1) {
    peer.progress = { kind: 'replicate', ticksWithoutAck: 0 };
  }
  if (progress.kind === 'optimistic' && matchIndex >= progress.from) {
    peer.progress = { kind: 'replicate', ticksWithoutAck: 0 };
  }
  if (progress.kind === 'snapshot' && (matchIndex >= progress.sent.index || matchIndex >= base)) {
    peer.progress = { kind: 'replicate', ticksWithoutAck: 0 };
    peer.nextIndex = logIndex(peer.matchIndex + 1);
  }
  if (peer.nextIndex <= peer.matchIndex) peer.nextIndex = logIndex(peer.matchIndex + 1);
}

/**
 * Goes back to where the logs may agree, a whole term at once (end of §5.3). False, and nothing done, for a
 * rejection that is late or a duplicate: of what is already matched, or of a question no longer asked.
 */
export function backtrack(peer: Peer, rejection: AppendEntriesRejected, log: Log): boolean {
  const { prevLogIndex } = rejection;
  if (prevLogIndex <= peer.matchIndex || prevLogIndex >= peer.nextIndex) return false;
  if (peer.progress.kind === 'snapshot') return false;
  if (peer.progress.kind === 'probe' && prevLogIndex !== peer.nextIndex - 1) return false;
  const guess = Math.min(mayFollow(rejection, log), prevLogIndex);
  peer.nextIndex = logIndex(Math.max(guess, peer.matchIndex + 1));
  peer.progress = { kind: 'probe', awaitsAnswer: false };
  return true;
}

/**
 * Between conflictIndex and prevLogIndex the follower has only conflictTerm. If the leader has that term there
 * too, the logs may agree up to its last such entry; if not, at best just before conflictIndex.
 */
function mayFollow({ conflictTerm, conflictIndex }: AppendEntriesRejected, log: Log): number {
  const lastOfTerm = log.lastIndexOfTerm(conflictTerm);
  return lastOfTerm !== null && lastOfTerm >= conflictIndex ? lastOfTerm + 1 : conflictIndex;
}
