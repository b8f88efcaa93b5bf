import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { askNode } from '../../../src/cli/status/ask-node.ts';
import { findFreePorts } from '../../../src/cli/free-ports.ts';
import { judgeCluster } from '../../../src/cli/status/verdict.ts';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import { statusWith } from '../../transport/http/statuses.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Something that listens where a node should. */
async function answering(code: number, body: string | null): Promise<{ host: string; port: number }> {
  server = createServer((_request, reply) => {
    if (body !== null) reply.writeHead(code).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

describe('asking a node', () => {
  it('gives its status', async () => {
    const http = await answering(200, JSON.stringify(statusWith({})));
    expect(await askNode(nodeId('n1'), http)).toEqual({ kind: 'up', node: 'n1', status: statusWith({}) });
  });

  it('understands one of the first version, which says less', async () => {
    const { standing, doubt, versions, members, disagreement, snapshot, firstIndex, ...early } = statusWith(
      {},
    );
    const answer = await askNode(nodeId('n1'), await answering(200, JSON.stringify(early)));
    expect(answer).toMatchObject({
      kind: 'up',
      status: { standing, doubt, versions, members, disagreement, snapshot, firstIndex },
    });
    expect(judgeCluster([answer]).hints).toEqual([]);
  });

  it.each<[string, number, string | null, string]>([
    ['another node', 200, JSON.stringify(statusWith({ node: 'n2' })), 'is not node n1'],
    ['another program', 200, '<html>', 'does not answer with JSON'],
    ['a program that says null', 200, 'null', 'is not node n1'],
    ['a node in trouble', 500, '{}', 'answers with status 500'],
    ['a process that was halted', 200, null, 'does not answer'],
  ])('tells %s from a node that is up', async (_, code, body, why) => {
    const http = await answering(code, body);
    expect(await askNode(nodeId('n1'), http)).toEqual({
      kind: 'down',
      node: 'n1',
      why: `127.0.0.1:${http.port} ${why}`,
    });
  });

  it('tells that nobody listens', async () => {
    const [port = 0] = await findFreePorts(1);
    expect(await askNode(nodeId('n1'), { host: '127.0.0.1', port })).toMatchObject({
      kind: 'down',
      why: `127.0.0.1:${port} is not listened on`,
    });
  });

  it('cannot find a node whose port is any free one', async () => {
    expect(await askNode(nodeId('n1'), { host: '127.0.0.1', port: 0 })).toMatchObject({
      why: 'its HTTP port is 0 in the configuration: any free one, unknown here',
    });
  });
});
