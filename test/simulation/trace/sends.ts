import { reject } from './rejected.ts';
import type { NodeModel } from './node-model.ts';
import type { TraceLine, TraceMessage } from './trace-file.ts';

/** What a node may say, by what is known of it. */
export function sends(node: NodeModel, line: TraceLine, msg: TraceMessage): void {
  if (!line.name.startsWith('Send')) return;
  if (msg.from !== node.nid) reject(line, `it speaks for ${msg.from}`);
  if (msg.term !== node.term) reject(line, `it speaks for term ${msg.term}`);
  switch (line.name) {
    case 'SendRequestVoteRequest':
      if (node.role !== 'candidate') reject(line, 'it asks for votes and is no candidate');
      if (!node.isVoteDurable) reject(line, 'its own vote is not on its disk');
      if (msg.logTerm !== node.lastTerm || msg.index !== node.terms.length)
        reject(line, `its log ends at ${node.terms.length} in term ${node.lastTerm}`);
      return;
    case 'SendRequestVoteResponse':
      if (msg.reject === true) return;
      if (node.vote !== msg.to || !node.isVoteDurable) reject(line, 'that vote is not on its disk');
      if (node.askedUpToDate.get(`request-vote/${msg.to}@${msg.term}`) !== true)
        reject(line, 'that log is not as up-to-date as its own (§5.4.1)');
      return;
    case 'SendPreVoteResponse':
      if (msg.reject === true) return;
      if ((msg.nextTerm ?? 0) <= node.term)
        reject(line, 'it promises its vote in a term that it has reached');
      if (node.askedUpToDate.get(`pre-vote/${msg.to}@${msg.nextTerm}`) !== true)
        reject(line, 'that log is not as up-to-date as its own (§5.4.1)');
      return;
    case 'SendAppendEntriesRequest':
      return replicates(node, line, msg);
    case 'SendAppendEntriesResponse':
      if (msg.reject === true) return;
      if ((msg.index ?? 0) > node.durable) reject(line, `only ${node.durable} entries are on its disk`);
      if ((msg.index ?? 0) > (node.verified.get(`${msg.to}@${msg.term}`) ?? 0))
        reject(line, `it accepts up to ${msg.index}, and was sent less`);
      return;
    case 'SendHeartbeatRequest':
      if (node.role !== 'leader') reject(line, 'it does not lead');
      if ((msg.commit ?? 0) > Math.min(node.commit, node.match.get(msg.to) ?? 0))
        reject(line, `it tells of a commit that is not verified there`);
      return;
    default:
      return;
  }
}

function replicates(node: NodeModel, line: TraceLine, msg: TraceMessage): void {
  const { index = 0, logTerm = 0, entries = [], commit = 0 } = msg;
  if (node.role !== 'leader') reject(line, 'it does not lead');
  if (node.termAt(index) !== logTerm) reject(line, `it has no entry ${index} of term ${logTerm}`);
  if (commit > node.commit) reject(line, `it tells of the commit of ${commit}, and knows of ${node.commit}`);
  for (const [place, entry] of entries.entries()) {
    if (entry.index !== index + place + 1 || node.termAt(entry.index) !== entry.term)
      reject(line, `its log has no entry ${entry.index} of term ${entry.term}`);
  }
}
