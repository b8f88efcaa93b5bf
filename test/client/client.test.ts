import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientReply } from '../../src/client/client-effect.ts';
import { ClientError } from '../../src/client/client-error.ts';
import { createClient } from '../../src/client/client.ts';
import { pipedChat } from '../../src/client/terminal/piped-chat.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeServer } from './fake-server.ts';

let cluster: FakeCluster;
let servers: FakeServer[];

beforeEach(async () => {
  cluster = new FakeCluster();
  servers = [await FakeServer.start('n1', cluster), await FakeServer.start('n2', cluster)];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

const nodes = () => servers.map(({ node }) => node);
const lastNode = (connected: readonly string[]): FakeServer =>
  servers.find(({ node }) => node.id === connected.at(-1))!;

describe('a client on real sockets', () => {
  it('goes on at another node when its own is killed, and everything takes effect once', async () => {
    const connected: string[] = [];
    const shown: string[] = [];
    const client = createClient({
      nodes: nodes(),
      onStatus: (status) => void (status.kind === 'connected' && connected.push(status.node.id)),
      onMessage: ({ text }) => void shown.push(text),
    });
    await client.send('1|ann');
    cluster.give('ann123', 'kept');
    await client.send('3|zoe|before');
    const under = Array.from({ length: 50 }, (_, n) => client.send(`3|zoe|${n}`));
    const stopped = lastNode(connected);
    await stopped.stop();
    const replies = await Promise.all(under);
    servers = servers.filter((server) => server !== stopped);
    expect(replies.every(({ code }) => code === 'ok')).toBe(true);
    expect(cluster.sends).toEqual(
      ['before', ...Array.from({ length: 50 }, (_, n) => String(n))].map((text) => `ann123: ${text}`),
    );
    expect(shown).toEqual(['kept']);
    expect(connected).toHaveLength(2);
    expect(await client.close()).toBe('all-answered');
  });

  it('rejects what it does not take, and everything once it is closed', async () => {
    const client = createClient({ nodes: nodes() });
    await expect(client.send('#1|2')).rejects.toBeInstanceOf(ClientError);
    await client.close();
    await expect(client.send('2')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('gives up at the end what nobody answered, and says so', async () => {
    cluster.moods.push('mute');
    const client = createClient({ nodes: nodes() });
    const reply = client.send('1|ann');
    expect(await client.close(1)).toBe('some-unanswered');
    expect(['unknown', 'unavailable']).toContain((await reply).code);
  });

  it('goes on with its state file where the last run was interrupted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'conclave-client-'));
    try {
      const stateFile = join(folder, 'state.json');
      const first = createClient({ nodes: nodes(), stateFile });
      await first.send('1|ann');
      cluster.moods.push('mute', 'mute');
      const interrupted = first.send('3|zoe|hello');
      expect(await first.close(1)).toBe('some-unanswered');
      expect((await interrupted).code).toBe('kept');
      const late: ClientReply[] = [];
      cluster.moods.length = 0;
      const second = createClient({
        nodes: nodes(),
        stateFile,
        onLateReply: (reply) => void late.push(reply),
      });
      expect(await second.close()).toBe('all-answered');
      expect(cluster.sends).toEqual(['ann123: hello']);
      expect(late.map(({ line, code }) => [line, code])).toContainEqual(['3|zoe|hello', 'ok']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a chat for a script', () => {
  it('sends each line, prints replies plainly, and is complete when all were answered', async () => {
    const output = new PassThrough();
    const small = new PassThrough();
    const input = new PassThrough();
    input.end('/create ann\n\n3|zoe|raw\r\n/to zoe\nplain\n');
    expect(await pipedChat({ nodes: nodes() }, { input, output, small })).toBe(true);
    expect(cluster.sends).toEqual(['ann123: raw', 'ann123: plain']);
    expect(String(output.read())).toBe('logged in\nmessage has been delivered\n');
    expect(String(small.read())).toContain('connected to');
  });

  it('is not complete when a line made no sense', async () => {
    const input = new PassThrough();
    input.end('hello\n');
    const small = new PassThrough();
    expect(await pipedChat({ nodes: nodes() }, { input, output: new PassThrough(), small })).toBe(false);
    expect(String(small.read())).toContain('To whom?');
  });
});
