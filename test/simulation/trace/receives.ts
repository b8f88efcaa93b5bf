import { reject } from './rejected.ts';
import type { NodeModel } from './node-model.ts';
import type { TraceLine, TraceMessage } from './trace-file.ts';

/**
 * What a message makes of a node, before its step is looked at: notes what it was asked, and says what its log must be
 * afterwards. Null: the message has nothing to do with the log of a follower.
 */
export function receives(node: NodeModel, line: TraceLine): readonly number[] | null {
  const { name, msg } = line;
  if (msg === undefined || !name.startsWith('Receive')) return null;
  if (msg.to !== node.nid) reject(line, `it receives what was sent to ${msg.to}`);
  switch (name) {
    case 'ReceiveRequestVoteRequest':
    case 'ReceivePreVoteRequest': {
      const key = `${msg.type}/${msg.from}@${msg.nextTerm ?? msg.term}`;
      const isUpToDate = node.isAtLeastAsUpToDate(msg.logTerm ?? 0, msg.index ?? 0);
      node.askedUpToDate.set(key, isUpToDate || node.askedUpToDate.get(key) === true);
      return node.terms;
    }
    case 'ReceiveAppendEntriesRequest':
      return msg.term < node.term ? node.terms : appended(node, msg);
    case 'ReceiveHeartbeatRequest':
      // A heartbeat tells of what its sender knows to be on this node's disk.
      if (msg.term >= node.term) verify(node, msg, msg.commit ?? 0);
      return node.terms;
    default:
      return null;
  }
}

/** AppendEntries, receiver's rules 2 to 4. */
function appended(node: NodeModel, msg: TraceMessage): readonly number[] {
  const { index = 0, logTerm = 0, entries = [] } = msg;
  if (node.termAt(index) !== logTerm) return node.terms;
  verify(node, msg, index + entries.length);
  const conflict = entries.find((entry) => node.termAt(entry.index) !== entry.term);
  if (conflict === undefined) return node.terms;
  const fresh = entries.filter((entry) => entry.index >= conflict.index);
  return [...node.terms.slice(0, conflict.index - 1), ...fresh.map(({ term }) => term)];
}

function verify(node: NodeModel, { from, term }: TraceMessage, upTo: number): void {
  const key = `${from}@${term}`;
  node.verified.set(key, Math.max(node.verified.get(key) ?? 0, upTo));
}
