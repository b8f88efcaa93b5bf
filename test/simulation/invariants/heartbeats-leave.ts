import type { Message } from '../../../src/raft/core/messages.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

type Heartbeat = Extract<Message, { kind: 'heartbeat' }>;

/** What a node's core has asked to be sent in the present turn, and what of it has left. */
interface Turn {
  isTick: boolean;
  readonly heartbeats: Map<NodeId, Heartbeat>;
  readonly left: Set<NodeId>;
  readonly appended: Set<NodeId>;
}

const turnOf = new WeakMap<NodeRecord, Turn>();

/**
 * A heartbeat that a tick asks for leaves in its turn: it is answered at once, by whoever lives. An append in its place is answered
 * by a disk, and a slow one would depose a healthy leader (dissertation §6.2).
 */
export const heartbeatsLeave: Invariant = {
  name: 'Heartbeats Wait For No Disk',
  takes(_history, record, input) {
    const turn = current(record);
    turn.isTick = input.kind === 'tick';
  },
  says(_history, record, message, to) {
    const turn = current(record);
    if (turn.isTick && message.kind === 'heartbeat') turn.heartbeats.set(to, message);
  },
  sent(_history, record, to, message) {
    const turn = current(record);
    if (message.kind === 'append-entries') turn.appended.add(to);
    if (message.kind === 'heartbeat') turn.left.add(to);
  },
  stepped(_history, record) {
    const { heartbeats, left, appended } = current(record);
    turnOf.delete(record);
    for (const [to, { term }] of heartbeats)
      if (appended.has(to) && !left.has(to))
        throw new BrokenInvariant(
          this.name,
          `${record.id} has a heartbeat of term ${term} for ${to}, and sends it nothing but entries`,
        );
  },
};

function current(record: NodeRecord): Turn {
  let turn = turnOf.get(record);
  if (turn === undefined)
    turnOf.set(
      record,
      (turn = { isTick: false, heartbeats: new Map(), left: new Set(), appended: new Set() }),
    );
  return turn;
}
