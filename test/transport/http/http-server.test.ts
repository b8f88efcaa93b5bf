import { afterEach, describe, expect, it } from 'vitest';
import { buildHttpApp, startHttpServer } from '../../../src/transport/http/http-server.ts';
import type { AdminSource } from '../../../src/transport/http/admin-source.ts';
import type { HttpServer } from '../../../src/transport/http/http-server.ts';
import type { StatusSource } from '../../../src/transport/http/node-status.ts';
import { ListenError } from '../../../src/transport/listen-error.ts';
import { statusWith } from './statuses.ts';

const ready: StatusSource = {
  status: () => statusWith({}),
  ready: () => ({ ready: true, why: 'follows n2' }),
};
const admin: AdminSource = {
  administer: (_wish, done) => done({ kind: 'refused', why: 'Not here.' }),
  httpOf: () => null,
  settings: () => ({}),
};
const address = { host: '192.0.2.11', port: 8001 };
const appOf = (source: StatusSource): ReturnType<typeof buildHttpApp> =>
  buildHttpApp({ address, source, admin });

describe('HTTP on a node', () => {
  it('tells its status as it is now', async () => {
    let term = 7;
    const app = appOf({ ...ready, status: () => statusWith({ term }) });
    expect((await app.inject('/status')).json()).toEqual(statusWith({ term: 7 }));
    term = 8;
    expect((await app.inject('/status')).json()).toEqual(statusWith({ term: 8 }));
  });

  it('is healthy as long as it answers', async () => {
    const reply = await appOf({ ...ready, ready: () => ({ ready: false, why: 'waits for n3' }) }).inject(
      '/healthz',
    );
    expect([reply.statusCode, reply.json()]).toEqual([200, { alive: true }]);
  });

  it('says that it is ready', async () => {
    const reply = await appOf(ready).inject('/readyz');
    expect([reply.statusCode, reply.json()]).toEqual([200, { ready: true, why: 'follows n2' }]);
  });

  it('says why it is not ready, with status 503', async () => {
    const reply = await appOf({ ...ready, ready: () => ({ ready: false, why: 'waits for n3' }) }).inject(
      '/readyz',
    );
    expect([reply.statusCode, reply.json()]).toEqual([503, { ready: false, why: 'waits for n3' }]);
  });

  it.each(['/', '/statusx', '/../../etc/passwd', '/%2e%2e%2fetc/passwd', '//etc/passwd'])(
    'answers 404 in JSON for %s',
    async (url) => {
      const reply = await appOf(ready).inject(url);
      expect(reply.statusCode).toBe(404);
      expect(reply.json()).toMatchObject({ code: 'not-found' });
    },
  );

  it('answers 404 for other methods', async () => {
    expect((await appOf(ready).inject({ method: 'POST', url: '/status' })).statusCode).toBe(404);
  });

  it('keeps its own troubles to itself', async () => {
    const app = appOf({
      ...ready,
      status: () => {
        throw new Error('a secret');
      },
    });
    const reply = await app.inject('/status');
    expect([reply.statusCode, reply.json()]).toEqual([
      500,
      { code: 'internal', message: 'The request failed inside this node.' },
    ]);
  });
});

describe('the Host header, against rebound names', () => {
  it.each(['localhost', 'LOCALHOST:8001', '127.0.0.1:8001', '[::1]:8001', '192.0.2.11', '192.0.2.11:9'])(
    '%s is answered',
    async (host) => {
      expect((await appOf(ready).inject({ url: '/status', headers: { host } })).statusCode).toBe(200);
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8001', '192.0.2.12', 'a:b:c'])(
    '%j is refused with 421',
    async (host) => {
      const reply = await appOf(ready).inject({ url: '/status', headers: { host } });
      expect(reply.statusCode).toBe(421);
      expect(reply.json()).toMatchObject({ code: 'wrong-host' });
    },
  );

  it('also guards paths that do not exist', async () => {
    expect(
      (await appOf(ready).inject({ url: '/nothing', headers: { host: 'evil.example' } })).statusCode,
    ).toBe(421);
  });
});

describe('listening', () => {
  const servers: HttpServer[] = [];
  const start = async (port: number): Promise<HttpServer> => {
    const server = await startHttpServer({ address: { host: '127.0.0.1', port }, source: ready, admin });
    servers.push(server);
    return server;
  };

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  it('on port 0 says which port it got, and answers there', async () => {
    const { address } = await start(0);
    expect(address.port).toBeGreaterThan(0);
    const reply = await fetch(`http://127.0.0.1:${address.port}/readyz`);
    expect(reply.status).toBe(200);
  });

  it('on a port that is in use fails with one sentence', async () => {
    const { port } = (await start(0)).address;
    const failure = await start(port).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ListenError);
    expect(failure).toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: `127.0.0.1:${port} is in use already, perhaps by a Conclave that runs; stop what uses it or choose another port.`,
    });
  });
});
