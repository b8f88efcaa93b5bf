import { describe, expect, it } from 'vitest';
import type { AdminAnswer, AdminWish } from '../../../src/raft/driver/admin.ts';
import { isLoopback } from '../../../src/transport/http/admin-guard.ts';
import { buildHttpApp } from '../../../src/transport/http/http-server.ts';
import { statusWith } from './statuses.ts';

const n4 = { id: 'n4', peer: '192.0.2.14:7001', client: '192.0.2.14:6666', http: '192.0.2.14:8001' };

/** A node that notes what it is asked, and gives one answer to everything. */
function nodeThatAnswers(answer: AdminAnswer): {
  readonly wishes: AdminWish[];
  readonly app: ReturnType<typeof buildHttpApp>;
} {
  const wishes: AdminWish[] = [];
  const app = buildHttpApp({
    address: { host: '127.0.0.1', port: 0 },
    source: { status: () => statusWith({}), ready: () => ({ ready: true, why: '' }) },
    admin: {
      administer: (wish, done) => {
        wishes.push(wish);
        done(answer);
      },
      httpOf: (node) => (node === 'n2' ? '127.0.0.1:8002' : null),
      settings: () => ({ openAccounts: 'loopback' }),
    },
  });
  return { wishes, app };
}

const done: AdminAnswer = { kind: 'done', what: 'It is done.' };

describe('commands over HTTP', () => {
  it.each([
    ['POST', '/members', n4, { kind: 'add-member', member: { ...n4, folderId: null } }],
    [
      'POST',
      '/members',
      { ...n4, folderId: 'ab'.repeat(16) },
      { kind: 'add-member', member: { ...n4, folderId: 'ab'.repeat(16) } },
    ],
    ['DELETE', '/members/n3', undefined, { kind: 'remove-member', id: 'n3' }],
    [
      'POST',
      '/members/n3/replace',
      n4,
      { kind: 'replace-member', old: 'n3', member: { ...n4, folderId: null } },
    ],
    ['POST', '/transfer', undefined, { kind: 'transfer', to: null }],
    ['POST', '/transfer', { to: 'n2' }, { kind: 'transfer', to: 'n2' }],
    ['POST', '/upgrade', undefined, { kind: 'raise-version' }],
    ['POST', '/snapshot', {}, { kind: 'take-snapshot' }],
  ] as const)('%s %s is brought to the node, and its answer back', async (method, url, payload, wish) => {
    const { app, wishes } = nodeThatAnswers(done);
    const reply = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    expect([reply.statusCode, reply.json()]).toEqual([200, { code: 'done', message: 'It is done.' }]);
    expect(wishes).toEqual([wish]);
  });

  it('that are refused say why, with status 409', async () => {
    const { app } = nodeThatAnswers({ kind: 'refused', why: 'Another change is under way.' });
    const reply = await app.inject({ method: 'POST', url: '/members', payload: n4 });
    expect([reply.statusCode, reply.json()]).toEqual([
      409,
      { code: 'refused', message: 'Another change is under way.' },
    ]);
  });

  it('to a follower are answered with who leads, and where', async () => {
    const { app } = nodeThatAnswers({ kind: 'not-leader', leader: 'n2' as never });
    const reply = await app.inject({ method: 'DELETE', url: '/members/n3' });
    expect(reply.statusCode).toBe(307);
    expect(reply.headers.location).toBe('http://127.0.0.1:8002/members/n3');
    expect(reply.json()).toMatchObject({ code: 'not-leader', leader: 'n2', http: '127.0.0.1:8002' });
  });

  it.each([null, 'n3'])('while nobody can be asked (leader %s) are certainly not done', async (leader) => {
    const { app } = nodeThatAnswers({ kind: 'not-leader', leader: leader as never });
    const reply = await app.inject({ method: 'POST', url: '/upgrade' });
    expect([reply.statusCode, reply.json().code]).toEqual([503, 'no-leader']);
    expect(reply.json().message).toMatch(/^Nothing was done: /);
  });

  it.each([
    ['/members', { id: 'n4' }, 'peer: must be host:port'],
    ['/members', { ...n4, id: 'N 4' }, 'id: must be the id of a node'],
    [
      '/members',
      { ...n4, peer: '0.0.0.0:7001' },
      'peer: must name the host under which the other nodes reach',
    ],
    ['/members', { ...n4, http: '192.0.2.14:0' }, 'http: must be host:port with a port that is not 0'],
    ['/members', { ...n4, htpp: 'x' }, 'Unrecognized key: "htpp"'],
    ['/members', [], 'expected object'],
    ['/members/n_3/replace', n4, 'must be the id of a node'],
    ['/transfer', { to: 7 }, 'to: must be the id of a node'],
  ])('%s with %j are not understood, and say where', async (url, payload, why) => {
    const { app, wishes } = nodeThatAnswers(done);
    const reply = await app.inject({ method: 'POST', url, payload });
    expect([reply.statusCode, reply.json().code]).toEqual([400, 'bad-request']);
    expect(reply.json().message).toContain(why);
    expect(wishes).toEqual([]);
  });

  it.each(['192.0.2.7', '::ffff:10.0.0.1', 'fe80::1'])(
    'from %s are not allowed: only from the same machine',
    async (remoteAddress) => {
      const { app, wishes } = nodeThatAnswers(done);
      const reply = await app.inject({ method: 'POST', url: '/members', payload: n4, remoteAddress });
      expect([reply.statusCode, reply.json().code]).toEqual([403, 'not-allowed']);
      expect(reply.json().message).toContain('only from the machine that the node runs on');
      expect(wishes).toEqual([]);
    },
  );

  it('from a web page are not allowed, whatever machine the browser runs on', async () => {
    const { app, wishes } = nodeThatAnswers(done);
    const headers = { origin: 'https://evil.example' };
    const reply = await app.inject({ method: 'POST', url: '/upgrade', headers });
    expect(reply.statusCode).toBe(403);
    expect(wishes).toEqual([]);
  });

  it('settings are told to whoever joins', async () => {
    const { app } = nodeThatAnswers(done);
    expect((await app.inject('/settings')).json()).toEqual({ openAccounts: 'loopback' });
  });
});

describe('loopback', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('is %s', (address) => {
    expect(isLoopback(address)).toBe(true);
  });

  it.each(['128.0.0.1', '10.127.0.1', '::', '127.0.0.1.evil.example', ''])('is not %j', (address) => {
    expect(isLoopback(address)).toBe(false);
  });
});
