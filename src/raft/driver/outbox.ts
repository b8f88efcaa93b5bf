import type { NodeId } from '../../ordered-log/index.ts';
import type { Message } from '../core/messages.ts';
import type { Frame } from './frames.ts';
import { encodeFrame } from './frames.ts';
import type { PeerNetwork } from './peer-network.ts';

/** Gathers what one turn has to say to each peer, so that it leaves with one write. */
export class Outbox {
  readonly #frames = new Map<NodeId, Frame[]>();

  add(to: NodeId, frame: Frame): void {
    const frames = this.#frames.get(to);
    if (frames === undefined) {
      this.#frames.set(to, [frame]);
      return;
    }
    const last = frames.at(-1);
    if (last?.kind === 'raft' && frame.kind === 'raft' && supersedes(frame.message, last.message))
      frames[frames.length - 1] = frame;
    else frames.push(frame);
  }

  flush(network: PeerNetwork): void {
    for (const [to, frames] of this.#frames) network.send(to, frames.map(encodeFrame));
    this.#frames.clear();
  }
}

/** A newer heartbeat, or an acceptance that reaches further, says all that the one before it said. */
function supersedes(newer: Message, older: Message): boolean {
  if (newer.term !== older.term) return false;
  if (newer.kind === 'heartbeat' && older.kind === 'heartbeat') {
    return newer.readSeq >= older.readSeq && newer.commitIndex >= older.commitIndex;
  }
  return (
    newer.kind === 'append-entries-accepted' &&
    older.kind === 'append-entries-accepted' &&
    newer.matchIndex >= older.matchIndex
  );
}
