import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Address } from '../../../src/config/address.ts';
import { encodeFrames } from '../../../src/transport/peers/frame-parser.ts';
import { encodeOpening } from '../../../src/transport/peers/greeting-codec.ts';
import type { PeerLinksOptions } from '../../../src/transport/peers/peer-links-options.ts';
import { ListenError } from '../../../src/transport/listen-error.ts';
import { greetingOf } from './greetings.ts';
import { Endpoint, Stranger } from './link-harness.ts';

const ends: Endpoint[] = [];
const servers: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
const nobody: Address = { host: '127.0.0.1', port: 9 };

afterEach(async () => {
  for (const end of ends.splice(0)) await end.close();
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

function endpoint(id: string): Endpoint {
  const end = new Endpoint(id);
  ends.push(end);
  return end;
}

/** Two ends, of which n1 dials n2; n2 knows n1 but cannot reach it. */
async function oneWay(
  changes: Partial<PeerLinksOptions> = {},
): Promise<{ n1: Endpoint; n2: Endpoint; at: Address }> {
  const n2 = endpoint('n2');
  const n1 = endpoint('n1');
  const at = await n2.open({ n1: nobody }, changes);
  await n1.open({ n2: at }, changes);
  return { n1, n2, at };
}

/** A server at the address of a node that does whatever a test wants. */
async function impostor(behave: (socket: Socket) => void): Promise<Address> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

describe('two nodes', () => {
  it('greet each other and carry frames, in order, one call one batch', async () => {
    const { n1, n2 } = await oneWay();
    await n1.untilTold('connected n2 ab');
    n1.send('n2', 'a', 'b', 'c');
    await n2.until(() => n2.texts.length === 3);
    expect(n2.batches).toEqual([['a', 'b', 'c']]);
    expect(n2.events).toContainEqual({ kind: 'accepted', peer: 'n1' });
  });

  it('carry frames far larger than a packet', async () => {
    const { n1, n2 } = await oneWay();
    await n1.untilTold('connected n2 ab');
    const large = 'x'.repeat(900_000);
    n1.send('n2', large, 'after');
    await n2.until(() => n2.texts.length === 2);
    expect(n2.texts).toEqual([large, 'after']);
  });

  it('lose what is sent while there is no connection, and hear of it no more', async () => {
    const { n1, n2 } = await oneWay();
    n1.send('n2', 'too early');
    n1.send('n9', 'to nobody');
    await n1.untilTold('connected n2 ab');
    n1.send('n2', 'in time');
    await n2.until(() => n2.texts.length > 0);
    expect(n2.texts).toEqual(['in time']);
  });

  it('find each other again when one comes back at its old address', async () => {
    const { n1, n2, at } = await oneWay();
    await n1.untilTold('connected n2 ab');
    await n2.close();
    await n1.until(() => n1.told.some((line) => line.startsWith('disconnected n2')));
    n1.told.length = 0;
    const again = endpoint('n2');
    await again.open({ n1: nobody }, { listenOn: at });
    await n1.untilTold('connected n2 ab');
    n1.send('n2', 'welcome back');
    await again.until(() => again.texts.length > 0);
    expect(again.texts).toEqual(['welcome back']);
  });

  it('say once, not at every attempt, that the other is not there', async () => {
    const n1 = endpoint('n1');
    const at = await impostor((socket) => socket.destroy());
    await n1.open({ n2: nobody, n3: at });
    await n1.until(() => n1.events.length >= 2);
    const unreachable = n1.events.filter((event) => event.kind === 'unreachable').map((event) => event.peer);
    expect(new Set(unreachable).size).toBe(unreachable.length);
    expect(n1.told).toEqual([]);
  });

  it('are told nothing more after they were closed', async () => {
    const { n1, n2 } = await oneWay();
    await n1.untilTold('connected n2 ab');
    await n1.close();
    const told = n1.told.length;
    await n2.close();
    n1.send('n2', 'x');
    expect(n1.told).toHaveLength(told);
  });

  it('a port in use is one clear sentence', async () => {
    const { at } = await oneWay();
    const failure = await endpoint('n3')
      .open({}, { listenOn: at })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ListenError);
    expect((failure as Error).message).toContain(`127.0.0.1:${at.port} is in use`);
  });
});

describe('a refusal', () => {
  it('reaches both logs when the one that was dialled refuses', async () => {
    const n2 = endpoint('n2');
    n2.admission = { kind: 'refused', why: 'its folder is foreign' };
    const n1 = endpoint('n1');
    await n1.open({ n2: await n2.open({ n1: nobody }) });
    await n1.untilEvent('refused-by');
    expect(n1.events).toContainEqual({ kind: 'refused-by', peer: 'n2', why: 'its folder is foreign' });
    expect(n2.events).toContainEqual({ kind: 'refused', peer: 'n1', why: 'its folder is foreign' });
    expect(n1.told).toEqual(['refused by n2: its folder is foreign']);
  });

  it('by the one that dialled keeps the connection from carrying anything', async () => {
    const n1 = endpoint('n1');
    n1.admission = { kind: 'refused', why: 'another cluster' };
    const n2 = endpoint('n2');
    await n1.open({ n2: await n2.open({ n1: nobody }) });
    await n1.untilEvent('refused');
    expect(n1.told).toEqual([]);
  });

  it('is thought over: who is admitted later gets its connection', async () => {
    const n2 = endpoint('n2');
    n2.admission = { kind: 'refused', why: 'not yet' };
    const n1 = endpoint('n1');
    await n1.open({ n2: await n2.open({ n1: nobody }) });
    await n1.untilEvent('refused-by');
    n2.admission = { kind: 'admitted' };
    await n1.untilTold('connected n2 ab');
  });

  it('meets a node that listens at the address of another', async () => {
    const n3 = endpoint('n3');
    const n1 = endpoint('n1');
    await n1.open({ n2: await n3.open({ n1: nobody }) });
    await n1.untilEvent('refused-by');
    expect(n1.events).toContainEqual({
      kind: 'refused-by',
      peer: 'n2',
      why: 'this is node "n3", not "n2"; compare the peer addresses in the configurations',
    });
  });

  it('meets versions that have nothing in common', async () => {
    const n2 = endpoint('n2');
    const n1 = endpoint('n1');
    await n1.open({ n2: await n2.open({ n1: nobody }, { versions: { lowest: 2, highest: 4 } }) });
    await n1.untilEvent('refused-by');
    expect(n1.events).toContainEqual({
      kind: 'refused-by',
      peer: 'n2',
      why: '"n1" speaks peer protocol 1 and "n2" 2 to 4; run versions that have one in common',
    });
  });
});

describe('a stranger on the peer port', () => {
  const closedWhy = (end: Endpoint): string[] =>
    end.events.flatMap((event) => (event.kind === 'closed-incoming' ? [event.why] : []));

  it.each([
    [
      'a web browser',
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      'sent a frame of 542393671 bytes, longer than 4096',
    ],
    [
      'a frame of 2^31 bytes',
      Buffer.from([0, 0, 0, 0x80]),
      'sent a frame of 2147483648 bytes, longer than 4096',
    ],
    ['an empty frame', Buffer.from([0, 0, 0, 0]), 'sent an empty frame'],
    ['a frame of rubbish', encodeFrames([Buffer.from('rubbish')]), 'sent something else than a greeting'],
    [
      'ten megabytes of rubbish',
      Buffer.alloc(10_000_000, 0x5a),
      'sent a frame of 1515870810 bytes, longer than 4096',
    ],
  ])('that is %s is closed without harm', async (_, bytes, why) => {
    const { n1, n2, at } = await oneWay();
    await n1.untilTold('connected n2 ab');
    const stranger = new Stranger(at);
    stranger.socket.write(bytes);
    expect((await stranger.ended).length).toBe(0);
    expect(closedWhy(n2)).toEqual([why]);
    n1.send('n2', 'still here');
    await n2.until(() => n2.texts.length > 0);
  });

  it('that says nothing is closed when its time is over', async () => {
    const timeouts = { openingMs: 20, unreadMs: 5_000, receiptMs: 500 };
    const n2 = endpoint('n2');
    const stranger = new Stranger(await n2.open({ n1: nobody }, { timeouts }));
    await stranger.ended;
    expect(closedWhy(n2)).toEqual(['did not greet within 20 ms']);
  });

  it('that calls itself a node which is not admitted is told why not, and nothing of it is read', async () => {
    const n2 = endpoint('n2');
    n2.admission = { kind: 'refused', why: 'n9 is not a member of this cluster' };
    const stranger = new Stranger(await n2.open({ n1: nobody }));
    const greeting = encodeOpening({ kind: 'greeting', greeting: greetingOf('n9', 'n2') });
    stranger.socket.write(encodeFrames([greeting, Buffer.from('a vote, say')]));
    expect((await stranger.ended).toString()).toContain('is not a member of this cluster');
    expect(n2.texts).toEqual([]);
  });

  it('cannot keep the others out by coming in great numbers', async () => {
    const n2 = endpoint('n2');
    const at = await n2.open({ n1: nobody });
    const crowd = Array.from({ length: 80 }, () => new Stranger(at));
    await n2.until(() => closedWhy(n2).length >= 16);
    expect(closedWhy(n2)).toContain('too many strangers at once');
    for (const stranger of crowd) stranger.socket.destroy();
    const n1 = endpoint('n1');
    await n1.open({ n2: at });
    await n1.untilTold('connected n2 ab');
  });
});

describe('a connection', () => {
  it('of a peer replaces its older one', async () => {
    const n2 = endpoint('n2');
    const at = await n2.open({ n1: nobody });
    const opening = encodeFrames([encodeOpening({ kind: 'greeting', greeting: greetingOf('n1', 'n2') })]);
    const older = new Stranger(at);
    older.socket.write(opening);
    await n2.until(() => n2.events.filter((event) => event.kind === 'accepted').length === 1);
    const newer = new Stranger(at);
    newer.socket.write(Buffer.concat([opening, encodeFrames([Buffer.from('from the newer')])]));
    await older.ended;
    await n2.until(() => n2.texts.length > 0);
    expect(n2.texts).toEqual(['from the newer']);
    newer.socket.destroy();
  });

  it('to something that is no node is refused', async () => {
    const n1 = endpoint('n1');
    await n1.open({ n2: await impostor((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')) });
    await n1.untilEvent('refused');
    expect(n1.told).toEqual([]);
  });

  it('is given up and dialled anew when the peer leaves what was sent to it unread', async () => {
    const timeouts = { openingMs: 3_000, unreadMs: 30, receiptMs: 5 };
    const at = await impostor((socket) => {
      socket.once('data', () => {
        socket.write(encodeFrames([encodeOpening({ kind: 'greeting', greeting: greetingOf('n2', 'n1') })]));
        socket.pause();
      });
    });
    const n1 = endpoint('n1');
    await n1.open({ n2: at }, { timeouts });
    await n1.untilTold('connected n2 ab');
    n1.send('n2', 'is anybody there');
    await n1.untilTold('disconnected n2: left what was sent to it unread for 30 ms');
    await n1.until(() => n1.told.filter((line) => line.startsWith('connected')).length === 2);
  });

  it('is not given up for a stall of this very process, after which the peer’s receipt lies in the socket', async () => {
    const timeouts = { openingMs: 3_000, unreadMs: 30, receiptMs: 5 };
    let stalled: () => void = () => undefined;
    const at = await impostor((socket) => {
      socket.once('data', () => {
        socket.write(encodeFrames([encodeOpening({ kind: 'greeting', greeting: greetingOf('n2', 'n1') })]));
        socket.on('data', () => {
          socket.write(encodeFrames([Buffer.from([1])]));
          for (const begun = performance.now(); performance.now() - begun < 60;);
          stalled();
        });
      });
    });
    const n1 = endpoint('n1');
    await n1.open({ n2: at }, { timeouts });
    await n1.untilTold('connected n2 ab');
    for (let round = 1; round <= 5; round += 1) {
      const stall = new Promise<void>((resolve) => {
        stalled = resolve;
      });
      n1.send('n2', 'hello');
      await Promise.race([stall, n1.until(() => n1.told.length > 1)]);
      for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(n1.told).toEqual(['connected n2 ab']);
  });

  it('drops frames above its queue, says so once, and goes on with what was queued', async () => {
    const frame = 'x'.repeat(1_000_000);
    let paused: Socket | undefined;
    let bytes = 0;
    const at = await impostor((socket) => {
      socket.once('data', () => {
        socket.write(encodeFrames([encodeOpening({ kind: 'greeting', greeting: greetingOf('n2', 'n1') })]));
        socket.pause();
        paused = socket;
      });
    });
    const n1 = endpoint('n1');
    await n1.open({ n2: at }, { maxQueueBytes: 2_000_000 });
    await n1.untilTold('connected n2 ab');
    for (let sent = 0; sent < 40; sent += 1) n1.send('n2', frame);
    expect(n1.events.filter((event) => event.kind === 'queue-full')).toHaveLength(1);
    const drained = new Promise<void>((resolve) => {
      paused?.on('data', (part) => {
        bytes += part.length;
        if (bytes >= 1_000_004) resolve();
      });
    });
    paused?.resume();
    await drained;
    expect(bytes).toBeLessThan(40 * 1_000_004);
  });
});
