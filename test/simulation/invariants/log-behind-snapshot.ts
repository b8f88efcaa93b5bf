import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** By the process of a leader, and whom it sends to: where the snapshot that is on its way ends. */
const onItsWay = new WeakMap<Raft, Map<NodeId, number>>();

/**
 * What follows a snapshot that is on its way stays in the log: a follower that has taken it in can go on from there, and need not be
 * sent another one, and another one behind that.
 */
export const logBehindSnapshot: Invariant = {
  name: 'What Follows A Snapshot On Its Way Stays',
  frameSent(_history, { core }, to, frame) {
    if (core === null || frame.kind !== 'snapshot-chunk') return;
    let ends = onItsWay.get(core);
    if (ends === undefined) onItsWay.set(core, (ends = new Map()));
    ends.set(to, Math.max(ends.get(to) ?? 0, frame.chunk.file.index));
  },
  takes(_history, { core }, input) {
    if (core !== null && input.kind === 'snapshot-not-sent') onItsWay.get(core)?.delete(input.to);
  },
  stepped(_history, { id: leader }, core) {
    const ends = onItsWay.get(core);
    if (ends === undefined || ends.size === 0) return;
    const peers = new Map(core.role === 'leader' ? core.peers.map((peer) => [peer.id, peer]) : []);
    for (const [id, end] of ends) {
      const peer = peers.get(id);
      if (peer?.progress !== 'snapshot') ends.delete(id);
      else if (peer.matchIndex >= end && peer.matchIndex < core.log.baseIndex)
        throw new BrokenInvariant(
          this.name,
          `${id} has all of the snapshot up to ${end} that ${leader} sent, and ${leader} has dropped its log up to ${core.log.baseIndex}`,
        );
    }
  },
};
