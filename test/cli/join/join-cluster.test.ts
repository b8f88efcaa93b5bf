import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinCluster } from '../../../src/cli/join/join-cluster.ts';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import { statusWith } from '../../transport/http/statuses.ts';
import { memberOf } from '../members/some-members.ts';

let member: Server;
let at: string;
let asked: string[];

beforeEach(async () => {
  asked = [];
  member = createServer((request, reply) => {
    asked.push(`${request.method} ${request.url}`);
    reply.end(JSON.stringify(request.url === '/status' ? statusWith({ members: [memberOf(1)] }) : {}));
  });
  await new Promise<void>((resolve) => member.listen(0, '127.0.0.1', resolve));
  at = `127.0.0.1:${(member.address() as { port: number }).port}`;
});

afterEach(() => {
  member.closeAllConnections();
  member.close();
});

describe('a node that joins', () => {
  it('is not taken in if it could not be started here', async () => {
    const mayStart = (): Promise<void> => Promise.reject(new Error('the port is in use'));
    const local = { dataDir: '/nowhere', configured: undefined, reads: { lowest: 1, highest: 1 }, mayStart };
    await expect(joinCluster(nodeId('n4'), { join: at }, local)).rejects.toThrow('the port is in use');
    expect(asked).toEqual(['GET /status', 'GET /settings']);
  });
});
