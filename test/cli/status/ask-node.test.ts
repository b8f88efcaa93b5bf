import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
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

/** Listens on the first of these ports that is free. */
async function listenOnFirst(listener: Server, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    const isTaken = await new Promise<boolean>((resolve) => {
      listener.once('error', () => resolve(true));
      listener.listen(port, '127.0.0.1', () => resolve(false));
    });
    if (!isTaken) return port;
  }
  throw new Error('all of them are taken');
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

  it('does not take its own standstill for silence', async () => {
    const http = await answering(200, JSON.stringify(statusWith({})));
    const asked = askNode(nodeId('n1'), http);
    // Longer than a node may be silent.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    expect((await asked).kind).toBe('up');
  });

  it('finds it at a port that web browsers refuse to go to', async () => {
    const listener = createServer((_request, reply) => reply.end(JSON.stringify(statusWith({}))));
    server = listener;
    const port = await listenOnFirst(listener, [10_080, 6_697, 6_679, 6_566, 5_061, 4_190]);
    const answer = await askNode(nodeId('n1'), { host: '127.0.0.1', port });
    expect(answer.kind).toBe('up');
  });

  it('says so if what listens does not speak HTTP', async () => {
    const chat = createTcpServer((socket) =>
      socket.end('To get started, log in\n').on('error', () => undefined),
    );
    await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
    const { port } = chat.address() as { port: number };
    const answer = await askNode(nodeId('n1'), { host: '127.0.0.1', port });
    expect(answer).toMatchObject({ why: `127.0.0.1:${port} does not speak HTTP` });
    chat.close();
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
