import { describe, expect, it } from 'vitest';
import { DrivenClient, clientOptions } from './driven-client.ts';
import { FakeCluster } from './fake-cluster.ts';
import { exchange, last, loggedIn } from './logged-in.ts';

describe('the outbox', () => {
  it('refuses commands above its limit, clearly, and takes them again later', () => {
    const client = new DrivenClient(new FakeCluster(), clientOptions({ maxWaiting: 2 }));
    for (const text of ['one', 'two', 'three']) client.command(`2|${text}`);
    expect(last(client.events)).toMatchObject({ kind: 'refused', ticket: 2, reason: 'outbox-full' });
    client.heal();
    client.command('2|four');
    client.heal();
    expect(client.replies).toHaveLength(3);
  });

  it('has no more in flight than allowed', () => {
    const client = loggedIn({ maxInFlight: 3 });
    for (let n = 0; n < 10; n += 1) client.command(`2|${n}`);
    expect(client.wire?.toNode.match(/#/g)).toHaveLength(3);
  });

  it.each(['#4|2', 'hello|me|1', '6|12', '', 'two\nlines', 'a\rb', `3|zoe|${'ü'.repeat(5_000)}`])(
    'refuses what is no command for it to carry: %j',
    (line) => {
      const client = loggedIn();
      client.command(line);
      expect(last(client.events)).toMatchObject({ kind: 'refused', reason: 'invalid' });
    },
  );

  it('raises the floor now and then, so that the cluster can forget', () => {
    const client = loggedIn({ helloAfterReplies: 5 });
    for (let n = 0; n < 20; n += 1) {
      client.command('2');
      exchange(client);
    }
    expect(Math.max(...[...client.cluster.clients.values()].map(({ floor }) => floor))).toBeGreaterThan(15);
  });

  it('tells at the end what is certainly not done and of what nobody can tell', () => {
    const client = loggedIn({ maxInFlight: 1 });
    client.command('3|zoe|sent');
    client.command('3|zoe|waiting');
    client.handle({ kind: 'close' });
    expect(client.replies.slice(-2).map(({ line, code }) => [line, code])).toEqual([
      ['3|zoe|sent', 'unknown'],
      ['3|zoe|waiting', 'unavailable'],
    ]);
    expect(client.machine.wakeAtMs()).toBeNull();
  });

  it('rests after bye, and connects again at the next command', () => {
    const client = loggedIn();
    client.command('bye');
    exchange(client);
    expect(last(client.statuses)).toBe('resting');
    expect(client.machine.wakeAtMs()).toBeNull();
    client.command('2');
    client.heal();
    expect(last(client.replies).code).toBe('ok');
  });
});

describe('when the cluster has forgotten the client', () => {
  it('tells what is uncertain, sends what was certainly not done, and goes on as a new client', () => {
    const client = loggedIn({ maxInFlight: 1 });
    client.command('3|zoe|uncertain');
    client.command('2|not sent');
    client.cluster.forget('client-0-0000000000000000000000');
    client.cut();
    client.heal();
    expect(client.events).toContainEqual({
      kind: 'expired',
      uncertain: ['3|zoe|uncertain'],
      wasLoggedInAs: 'ann123',
    });
    expect(client.replies.slice(-2).map(({ line, code }) => [line, code])).toEqual([
      ['3|zoe|uncertain', 'expired'],
      ['2|not sent', 'ok'],
    ]);
    expect([...client.cluster.clients.keys()]).toEqual(['client-1-0000000000000000000000']);
    expect(client.machine.login).toBeNull();
  });
});

describe('pushed messages', () => {
  it('are acknowledged by the newest of them, after a short while', () => {
    const client = loggedIn({ ackAfterMs: 100 });
    client.cluster.give('ann123', 'one');
    client.cluster.give('ann123', 'two');
    exchange(client);
    expect(client.shown).toEqual(['one', 'two']);
    expect(client.wire?.toNode).toBe('');
    client.tick(100);
    expect(client.wire?.toNode).toBe('#2|6|2\n');
  });

  it('are acknowledged before the account is deleted or changed, because afterwards they could not be', () => {
    const client = loggedIn();
    client.cluster.give('ann123', 'one');
    exchange(client);
    client.command('4|ann123');
    exchange(client);
    client.command('5|ann123');
    exchange(client);
    const written = client.effects.flatMap((effect) => (effect.kind === 'write' ? [effect.text] : []));
    expect(written.slice(-3)).toEqual([
      '#3|6|1\n',
      expect.stringMatching(/^hello\|.*\|4\n$/),
      '#4|5|ann123\n',
    ]);
  });

  it('are shown once though they are pushed again after a reconnect', () => {
    const client = loggedIn();
    client.cluster.give('ann123', 'one');
    exchange(client);
    client.cut();
    client.settleAbandoned('is lost');
    client.heal();
    expect(client.shown).toEqual(['one']);
  });

  it('are shown although a newer one was shown before', () => {
    const client = loggedIn();
    client.wire!.connection.output =
      '@7|mason|2026-01-01T00:00:00.000Z|new\n@5|mason|2026-01-01T00:00:00.000Z|came back\n';
    client.deliverToClient();
    expect(client.shown).toEqual(['new', 'came back']);
  });
});
