import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Address } from '../../../src/config/address.ts';
import { formatAddress } from '../../../src/config/address.ts';
import { encodeFrames } from '../../../src/transport/peers/frame-parser.ts';
import { encodeOpening } from '../../../src/transport/peers/greeting-codec.ts';
import { greetingOf } from './greetings.ts';
import { Endpoint, Stranger } from './link-harness.ts';

const ends: Endpoint[] = [];
const servers: Server[] = [];
const nobody: Address = { host: '127.0.0.1', port: 9 };

afterEach(async () => {
  for (const end of ends.splice(0)) await end.close();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

function endpoint(id: string): Endpoint {
  const end = new Endpoint(id);
  ends.push(end);
  return end;
}

function opening(from: string, to: string, folder = 'ab'): Uint8Array {
  const greeting = { ...greetingOf(from, to), folderId: folder.repeat(16) };
  return encodeFrames([encodeOpening({ kind: 'greeting', greeting })]);
}

function frame(text: string): Uint8Array {
  return encodeFrames([Buffer.from(text)]);
}

describe('peers that come and go', () => {
  it('are dialled when they come, and hung up when they go', async () => {
    const [n1, n2] = [endpoint('n1'), endpoint('n2')];
    const at2 = await n2.open({});
    const at1 = await n1.open({});
    n1.setPeers({ n2: at2 });
    n2.setPeers({ n1: at1 });
    await n1.untilTold('connected n2 ab');
    await n2.untilTold('connected n1 ab');
    n1.send('n2', 'hello');
    await n2.until(() => n2.texts.length > 0);

    n1.setPeers({});
    await n2.until(() => n2.told.some((line) => line.startsWith('disconnected n1')));
    n1.send('n2', 'to nobody');
    expect(n1.told.filter((line) => line.startsWith('disconnected'))).toEqual([]);
    expect(n2.texts).toEqual(['hello']);
  });

  it('keep their connection while the list changes around them', async () => {
    const [n1, n2, n3] = [endpoint('n1'), endpoint('n2'), endpoint('n3')];
    const at2 = await n2.open({ n1: nobody });
    const at3 = await n3.open({ n1: nobody });
    await n1.open({ n2: at2 });
    await n1.untilTold('connected n2 ab');
    n1.setPeers({ n3: at3, n2: at2 });
    await n1.untilTold('connected n3 ab');
    n1.send('n2', 'still the same');
    await n2.until(() => n2.texts.length > 0);
    expect(n1.told.filter((line) => line === 'connected n2 ab')).toHaveLength(1);
  });

  it('are dialled at their new address when they have moved', async () => {
    const [n1, old, moved] = [endpoint('n1'), endpoint('n2'), endpoint('n2')];
    await n1.open({ n2: await old.open({ n1: nobody }) });
    await n1.untilTold('connected n2 ab');
    const at = await moved.open({ n1: nobody });
    n1.setPeers({ n2: at });
    await moved.untilTold('accepted n1 ab');
  });

  it('that are not in the list are answered where they say they listen, as long as they stay', async () => {
    const [n1, n4] = [endpoint('n1'), endpoint('n4')];
    const at1 = await n1.open({});
    const at4 = await n4.open({});
    n4.address = formatAddress(at4);
    n4.setPeers({ n1: at1 });
    await n1.untilTold('connected n4 ab');
    n1.send('n4', 'an answer');
    await n4.until(() => n4.texts.length > 0);
    expect(n4.texts).toEqual(['an answer']);

    await n4.close();
    n1.told.length = 0;
    const again = endpoint('n4');
    again.address = formatAddress(at4);
    await again.open({ n1: at1 }, { listenOn: at4 });
    await n1.untilTold('connected n4 ab');
  });

  it('that call themselves by our own name are refused', async () => {
    const twin = new Stranger(await endpoint('n1').open({}));
    twin.socket.write(opening('n1', 'n1'));
    expect((await twin.ended).toString()).toContain('every node needs an id of its own');
  });
});

describe('an earlier life of a peer', () => {
  it('is never heard after a later one has come in, however late its bytes are read', async () => {
    const n2 = endpoint('n2');
    const at = await n2.open({ n1: nobody });
    const older = new Stranger(at);
    older.socket.write(Buffer.concat([opening('n1', 'n2', 'aa'), frame('from the first life')]));
    await n2.until(() => n2.texts.length === 1);
    const newer = new Stranger(at);
    newer.socket.write(opening('n1', 'n2', 'bb'));
    await n2.untilTold('accepted n1 bb');
    older.socket.write(frame('late'));
    await older.ended;
    newer.socket.write(frame('from the second life'));
    await n2.until(() => n2.texts.length > 1);
    expect(n2.texts).toEqual(['from the first life', 'from the second life']);
    expect(n2.told.filter((line) => !line.startsWith('received'))).toEqual([
      'accepted n1 aa',
      'accepted n1 bb',
    ]);
    newer.socket.destroy();
  });

  it('is turned away if its greeting is read only after that of a later connection', async () => {
    const n2 = endpoint('n2');
    const at = await n2.open({ n1: nobody });
    const older = new Stranger(at);
    await new Promise((resolve) => older.socket.once('connect', resolve));
    const newer = new Stranger(at);
    newer.socket.write(opening('n1', 'n2', 'bb'));
    await n2.untilTold('accepted n1 bb');
    older.socket.write(Buffer.concat([opening('n1', 'n2', 'aa'), frame('late')]));
    await older.ended;
    newer.socket.write(frame('here'));
    await n2.until(() => n2.texts.length > 0);
    expect(n2.texts).toEqual(['here']);
    expect(n2.told).toEqual(['accepted n1 bb', 'received from n1']);
    newer.socket.destroy();
  });
});

describe('a peer whose connection has ended', () => {
  it('and whose address refuses a new one seems to be gone', async () => {
    const [n1, n2] = [endpoint('n1'), endpoint('n2')];
    await n1.open({ n2: await n2.open({ n1: nobody }) });
    await n1.untilTold('connected n2 ab');
    await n2.close();
    await n1.untilTold('unreachable n2');
    expect(n1.events).toContainEqual({ kind: 'gone', peer: 'n2' });
  });

  it('seems to be gone too if only the connection over which it came in had stood', async () => {
    const n1 = endpoint('n1');
    const at = await n1.open({ n2: nobody });
    const n2 = new Stranger(at);
    n2.socket.write(opening('n2', 'n1'));
    await n1.untilTold('accepted n2 ab');
    n2.socket.destroy();
    await n1.untilTold('unreachable n2');
  });

  it('and that takes a new one was never gone', async () => {
    let resets = 0;
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(opening('n2', 'n1'));
        if (resets < 3) setImmediate(() => socket.resetAndDestroy());
        resets += 1;
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const n1 = endpoint('n1');
    await n1.open({ n2: { host: '127.0.0.1', port: (server.address() as { port: number }).port } });
    await n1.until(() => n1.told.filter((line) => line === 'connected n2 ab').length === 4);
    expect(n1.told.filter((line) => line.startsWith('unreachable'))).toEqual([]);
    await n1.close();
  });
});
