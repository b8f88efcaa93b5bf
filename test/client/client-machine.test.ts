import { describe, expect, it } from 'vitest';
import { DrivenClient, threeNodes } from './driven-client.ts';
import { FakeCluster } from './fake-cluster.ts';
import { exchange, last, loggedIn } from './logged-in.ts';

describe('a client', () => {
  it('says hello, sends commands under growing numbers, and tells the reply with its lines', () => {
    const client = loggedIn();
    client.command('3|zoe|hello');
    expect(client.wire?.toNode).toBe('#2|3|zoe|hello\n');
    exchange(client);
    const { ticket, number, code, lines, text } = last(client.replies);
    expect({ ticket, number, code, text }).toEqual({
      ticket: 1,
      number: 2,
      code: 'ok',
      text: 'message has been delivered',
    });
    expect(lines).toHaveLength(1);
  });

  it('understands replies that arrive one byte at a time, with \\r\\n', () => {
    const client = loggedIn();
    client.command('2');
    client.wire!.connection.output = '#2|+|one\r\n#2|ok|zwölf\r\n';
    const bytes = new TextEncoder().encode(client.wire!.connection.output);
    const { attempt } = client.wire!;
    for (const byte of bytes) client.handle({ kind: 'bytes', attempt, bytes: Uint8Array.of(byte) });
    expect(last(client.replies)).toMatchObject({ lines: ['one'], text: 'zwölf', code: 'ok' });
  });

  it('ignores lines that make no sense, and replies to numbers that it never gave', () => {
    const client = loggedIn();
    const before = client.events.length;
    client.wire!.connection.output = 'what\n#|ok|\n#99|ok|?\n@|x\n!\n#1e3|ok|\n#2\n@12|only\n\n';
    client.deliverToClient();
    expect(client.events.length).toBe(before);
    client.command('2');
    exchange(client);
    expect(last(client.replies).code).toBe('ok');
  });

  it('takes a code that it does not know for a final refusal', () => {
    const client = loggedIn();
    client.command('2');
    client.wire!.connection.output = '#2|moonstruck|not today\n';
    client.deliverToClient();
    expect(last(client.replies)).toMatchObject({ code: 'moonstruck', text: 'not today' });
    expect(client.machine.unanswered).toBe(0);
  });

  it('leaves a node that sends a line without end', () => {
    const client = loggedIn({ maxLineBytes: 100 });
    const { node } = client.wire!.connection;
    client.wire!.connection.output = 'x'.repeat(101);
    client.deliverToClient();
    expect(client.wire?.connection.node).not.toBe(node);
  });

  it('leaves a node whose reply never ends', () => {
    const client = loggedIn({ maxReplyBytes: 100 });
    const { node } = client.wire!.connection;
    client.command('2');
    client.wire!.connection.output = `#2|+|${'x'.repeat(60)}\n`.repeat(2);
    client.deliverToClient();
    expect(client.wire?.connection.node).not.toBe(node);
  });

  it('does not listen to what an abandoned connection still says', () => {
    const client = loggedIn();
    client.command('2');
    const { attempt } = client.wire!;
    client.cut();
    client.handle({ kind: 'bytes', attempt, bytes: new TextEncoder().encode('#2|ok|too late\n') });
    client.handle({ kind: 'disconnected', attempt, why: 'again' });
    expect(client.machine.unanswered).toBe(1);
    client.heal();
    expect(last(client.replies).text).toBe('Showing all accounts: mason');
  });
});

describe('when a node goes away', () => {
  it('sends what is unanswered again, under the same numbers, at the next node, after a hello with its floor', () => {
    const client = loggedIn();
    client.command('3|zoe|one');
    client.command('3|zoe|two');
    client.cut();
    expect(client.wire?.toNode).toMatch(/^hello\|client-0-0+\|2\n$/);
    client.deliverToNode();
    client.deliverToClient();
    expect(client.wire?.toNode).toBe('#2|3|zoe|one\n#3|3|zoe|two\n');
    expect(client.statuses.slice(-3)).toEqual(['lost', 'connecting', 'connected']);
  });

  it('sends nothing behind a hello that is not answered, so that a late one carries nothing out of turn', () => {
    const client = loggedIn({ helloAfterReplies: 2 });
    client.command('3|zoe|one');
    client.deliverToNode();
    client.deliverToClient();
    client.command('3|zoe|two');
    client.command('3|zoe|three');
    expect(client.wire?.toNode).toMatch(/^hello\|.*\|3\n$/);
    client.cut();
    client.deliverToNode();
    client.settleAbandoned('arrives');
    client.heal();
    expect(client.cluster.sends).toEqual(['ann123: one', 'ann123: two', 'ann123: three']);
  });

  it('moves on when a node owes an answer and is silent', () => {
    const client = loggedIn({ silenceMs: 6_000 });
    const { node } = client.wire!.connection;
    client.command('2');
    client.tick(5_999);
    expect(client.wire?.connection.node).toBe(node);
    client.tick(1);
    expect(client.wire?.connection.node).not.toBe(node);
  });

  it('asks an idle node whether it lives, and moves on when it does not', () => {
    const client = loggedIn({ pingMs: 15_000, silenceMs: 6_000 });
    const { node } = client.wire!.connection;
    client.tick(15_000);
    expect(client.wire?.toNode).toMatch(/^hello\|/);
    client.tick(6_000);
    expect(client.wire?.connection.node).not.toBe(node);
  });

  it('moves on at once when the node says that it shuts down', () => {
    const client = loggedIn();
    const { node } = client.wire!.connection;
    client.command('3|zoe|hello');
    client.wire!.connection.output = '!shutdown|\n';
    client.deliverToClient();
    expect(client.wire?.connection.node).not.toBe(node);
    client.heal();
    expect(client.cluster.sends).toEqual(['ann123: hello']);
  });

  it('prefers the node that was said to lead', () => {
    const client = loggedIn();
    const next = threeNodes.find(({ id }) => id !== client.wire!.connection.node)!.id;
    const leader = threeNodes.find(({ id }) => id !== client.wire!.connection.node && id !== next)!.id;
    client.wire!.connection.output = `!leader|${leader}\n`;
    client.deliverToClient();
    client.cut();
    expect(client.wire?.connection.node).toBe(leader);
  });

  it('waits longer and longer between attempts when all nodes are down', () => {
    const client = loggedIn();
    for (const { id } of threeNodes) client.down.add(id);
    client.cut();
    const waits: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const wait = client.machine.wakeAtMs()! - client.nowMs;
      waits.push(wait);
      client.tick(wait);
    }
    expect(waits.every((wait, at) => wait >= (waits[at - 1] ?? 0))).toBe(true);
    expect(waits[0]).toBeGreaterThan(0);
    expect(last(waits)).toBeGreaterThan(10 * waits[0]!);
  });

  it('does not hurry back to a node that answers hello and hangs up, again and again', () => {
    const client = loggedIn();
    const connects = (): number => client.statuses.filter((status) => status === 'connecting').length;
    const before = connects();
    for (let round = 0; round < 50 && client.wire !== null; round += 1) {
      exchange(client);
      client.cut();
    }
    expect(connects() - before).toBeLessThan(5);
    expect(last(client.statuses)).toBe('waiting');
  });

  it('stops when another program keeps taking its identity', () => {
    const client = loggedIn({ maxReplaced: 2 });
    for (let round = 0; round < 20 && last(client.statuses) !== 'stopped'; round += 1) {
      if (client.wire === null) client.tick(10_000);
      exchange(client);
      if (client.wire === null) continue;
      client.wire.connection.output = '!replaced|\n';
      client.deliverToClient();
    }
    expect(last(client.statuses)).toBe('stopped');
    client.command('2');
    expect(last(client.events)).toMatchObject({ kind: 'refused', reason: 'closed' });
  });
});

describe('when a command cannot be done now', () => {
  it.each(['unavailable', 'busy', 'unknown, not done', 'unknown, done'] as const)(
    'sends it again under the same number after "%s", and nothing overtakes it',
    (mood) => {
      const client = loggedIn();
      client.cluster.moods.push(mood);
      client.command('3|zoe|one');
      exchange(client);
      client.command('3|zoe|two');
      expect(client.wire?.toNode).not.toContain('two');
      expect(client.statuses).toContain('held');
      client.heal();
      expect(client.cluster.sends).toEqual(['ann123: one', 'ann123: two']);
      expect(client.replies.map(({ number, code }) => [number, code])).toEqual([
        [1, 'ok'],
        [2, 'ok'],
        [3, 'ok'],
      ]);
    },
  );

  it('gives up at the deadline, saying that nothing was done if that is certain', () => {
    const client = loggedIn();
    client.cluster.moods.push('unavailable');
    client.command('3|zoe|one', 50);
    exchange(client);
    client.tick(50);
    expect(last(client.replies)).toMatchObject({ number: 2, code: 'unavailable' });
    client.heal();
    expect(client.cluster.sends).toEqual([]);
  });

  it('gives up at the deadline, saying that nobody can tell if an attempt had no answer', () => {
    const client = loggedIn();
    client.command('3|zoe|one', 50);
    client.cut();
    exchangeHello(client);
    client.cluster.moods.push('unavailable');
    exchange(client);
    client.tick(50);
    expect(last(client.replies)).toMatchObject({ number: 2, code: 'unknown' });
  });

  it('gives up what was never sent as certainly not done', () => {
    const client = new DrivenClient(new FakeCluster());
    client.command('3|zoe|one', 50);
    client.tick(50);
    expect(last(client.replies)).toMatchObject({ number: null, code: 'unavailable' });
  });

  it('sends a login alone, so that nothing behind it is carried out for another account', () => {
    const client = loggedIn();
    client.command('3|zoe|as ann');
    client.command('0|bob123');
    client.command('3|zoe|as bob');
    expect(client.wire?.toNode).not.toContain('bob123');
    client.heal();
    expect(client.cluster.sends).toEqual(['ann123: as ann', 'bob123: as bob']);
  });
});

function exchangeHello(client: DrivenClient): void {
  client.deliverToNode();
  client.deliverToClient();
}
