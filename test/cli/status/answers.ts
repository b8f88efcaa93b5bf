import type { NodeAnswer } from '../../../src/cli/status/ask-node.ts';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import type { NodeStatus } from '../../../src/transport/http/node-status.ts';
import { statusWith } from '../../transport/http/statuses.ts';

export function up(node: string, changes: Partial<NodeStatus> = {}): NodeAnswer {
  return { kind: 'up', node: nodeId(node), status: statusWith({ node, ...changes }) };
}

export function down(node: string): NodeAnswer {
  return { kind: 'down', node: nodeId(node), why: '127.0.0.1:8003 is not listened on' };
}
