import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { administer, whomToAsk } from '../../../src/cli/cluster/administer.ts';
import { memberOf } from '../members/some-members.ts';
import { down, up } from '../status/answers.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A node's HTTP that answers everything with this. */
async function answering(code: number, body: unknown, asked: string[] = []): Promise<string> {
  const server = createServer((request, reply) => {
    let sent = '';
    request.on('data', (part) => (sent += String(part)));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${sent}`);
      reply.writeHead(code).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

const request = { method: 'DELETE', path: '/members/n3' } as const;

describe('a command that a node carries out', () => {
  it('follows the way to the leader', async () => {
    const asked: string[] = [];
    const leader = await answering(200, { code: 'done', message: 'n3 is gone' }, asked);
    const follower = await answering(307, {
      code: 'not-leader',
      message: 'n2 leads',
      leader: 'n2',
      http: leader,
    });
    expect(await administer(follower, request)).toEqual({ code: 'done', message: 'n3 is gone' });
    expect(asked).toEqual(['DELETE /members/n3 {}']);
  });

  it('does not go round in circles', async () => {
    const body = { code: 'not-leader', message: 'n2 leads', leader: 'n2', http: '' };
    const one = await answering(307, body);
    body.http = one;
    expect((await administer(one, request)).code).toBe('not-leader');
  });

  it('says what listens at the address if it is no node, and that nothing was done if nobody does', async () => {
    const other = await answering(404, '<html>');
    await expect(administer(other, request)).rejects.toThrow(
      'does not answer as a node of this version does (status 404)',
    );
    const gone = await answering(200, {});
    servers.pop()?.close();
    await expect(administer(gone, request)).rejects.toThrow(`${gone} is not listened on; nothing was done.`);
  });

  it('may still be done if the node breaks off when it has read it', async () => {
    const server = createServer((asked) => asked.socket.destroy());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = `127.0.0.1:${(server.address() as { port: number }).port}`;
    await expect(administer(at, request)).rejects.toThrow(
      `${at} broke the connection off; it may still be done.`,
    );
  });

  it('may still be done if what answers does not speak HTTP', async () => {
    const other = createTcpServer((socket) =>
      socket.end('To get started, log in\n').on('error', () => undefined),
    );
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const at = `127.0.0.1:${(other.address() as { port: number }).port}`;
    await expect(administer(at, request)).rejects.toThrow(`${at} does not speak HTTP; it may still be done.`);
    other.close();
  });

  it('is brought to the leader at once if it is known', () => {
    const members = [memberOf(1), memberOf(2)];
    expect(whomToAsk([up('n1'), up('n2', { role: 'leader' })], members)).toBe('127.0.0.1:8002');
    expect(whomToAsk([down('n2'), up('n1')], members)).toBe('127.0.0.1:8001');
    expect(whomToAsk([down('n1')], members)).toBeNull();
  });
});
