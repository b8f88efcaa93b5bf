import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ChatMachine } from '../../../src/chat/chat-machine.ts';
import { encodeGenesis } from '../../../src/chat/commands/genesis-codec.ts';
import { GREETING } from '../../../src/chat/pipe/replies.ts';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import { DEFAULT_PIPE_OPTIONS } from '../../../src/transport/pipe/pipe-options.ts';
import { PipeServer } from '../../../src/transport/pipe/pipe-server.ts';
import { PipeService } from '../../../src/transport/pipe/pipe-service.ts';
import { LocalCluster } from '../../support/local-log.ts';
import { LIMITS } from './pipe-harness.ts';

interface RunningNode {
  readonly server: PipeServer;
  readonly port: number;
  stop(): Promise<void>;
}

/** A node with real sockets, on a log in memory that runs by itself. */
const startNode = async (): Promise<RunningNode> => {
  const machine = new ChatMachine();
  machine.genesis(encodeGenesis(LIMITS));
  const log = new LocalCluster(machine).join(nodeId('n1'));
  const server = new PipeServer({ closeWithinMs: 5000 });
  const service = new PipeService({
    node: nodeId('n1'),
    log,
    views: machine,
    options: DEFAULT_PIPE_OPTIONS,
    output: server,
    clock: { nowMs: () => performance.now(), wallTimeMs: () => Date.now() },
  });
  server.serve(service);
  log.attach(service);
  const turns = setInterval(() => {
    log.run();
    server.flush();
  }, 1);
  const port = await server.listen('127.0.0.1', 0);
  return {
    server,
    port,
    stop: async () => {
      await server.close();
      clearInterval(turns);
    },
  };
};

/** Everything that the server says until it closes. */
const transcriptOf = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => (text += piece));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });

describe('the pipe over TCP', () => {
  const running: RunningNode[] = [];
  const start = async (): Promise<RunningNode> => {
    const node = await startNode();
    running.push(node);
    return node;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((node) => node.stop()));
  });

  it("printf '1|ann\\n2\\n' | nc -N prints the greeting and two replies", async () => {
    const { port } = await start();
    const socket = connect({ port, allowHalfOpen: true });
    const transcript = transcriptOf(socket);
    socket.end('1|ann\n2\n');
    expect(await transcript).toBe(
      `${GREETING}\nSuccess New Account Creation! Your new Account ID: ann123\nShowing all accounts: ann\n`,
    );
  });

  it('one command over many packets, many commands in one packet, and CRLF', async () => {
    const { port } = await start();
    const socket = connect({ port, noDelay: true });
    const transcript = transcriptOf(socket);
    for (const byte of '1|ann\r\n') {
      await new Promise<void>((resolve) => socket.write(byte, () => resolve()));
    }
    socket.write('2\r\n2|a..\n4|ann123\r\nbye\r\n');
    expect((await transcript).split('\n').slice(1)).toEqual([
      'Success New Account Creation! Your new Account ID: ann123',
      'Showing all accounts: ann',
      'Account matched: ann',
      'No new messages',
      'Goodbye',
      '',
    ]);
  });

  it('the original client: bare writes and a half-close', async () => {
    const { port } = await start();
    const socket = connect({ port, allowHalfOpen: true });
    const transcript = transcriptOf(socket);
    socket.write('1|mason');
    await new Promise<void>((resolve) => {
      socket.on('data', (piece: string) => {
        if (piece.includes('mason123')) resolve();
      });
    });
    socket.end('2|.ason');
    expect((await transcript).split('\n').slice(1)).toEqual([
      'Success New Account Creation! Your new Account ID: mason123',
      'Account matched: mason',
      '',
    ]);
  });

  it('a password is hashed and checked', async () => {
    const { port } = await start();
    const socket = connect({ port });
    const transcript = transcriptOf(socket);
    socket.write('1|ann|secret\n0|ann123|wrong\n0|ann123|secret\nbye\n');
    expect((await transcript).split('\n').slice(1)).toEqual([
      'Success New Account Creation! Your new Account ID: ann123',
      'user with ID : ann123 is not recognized in the system, please try a different name or create a new one',
      'user : ann is now logged in',
      'Goodbye',
      '',
    ]);
  });

  it('thousands of pipelined commands are answered in order', async () => {
    const { port } = await start();
    const socket = connect({ port, allowHalfOpen: true });
    const transcript = transcriptOf(socket);
    const count = 5000;
    socket.end(`1|ann\n${Array.from({ length: count }, (_, i) => `#${i}|3|nobody|x\n`).join('')}`);
    const lines = (await transcript).split('\n').slice(2, -1);
    expect(lines).toEqual(
      Array.from({ length: count }, (_, i) => `#${i}|not-found|Receiver: nobody doesn't exist`),
    );
  });

  it('a text beyond ASCII arrives as UTF-8, and what the socket took of it is delivered', async () => {
    const node = await start();
    const ann = connect(node.port, '127.0.0.1');
    const transcript = transcriptOf(ann);
    // All of ann's mail is told as delivered before her goodbye: so nothing is left for the second one.
    ann.write('1|ann\n3|ann|grüße ✓ \u{1f600}\nbye\n');
    const told = await transcript;
    expect(told).toContain('ann: grüße ✓ \u{1f600}\n');
    expect(told).toContain('Sender ann sends a new message grüße ✓ \u{1f600} to ann\n');
    const again = connect(node.port, '127.0.0.1');
    const left = transcriptOf(again);
    again.end('0|ann123\n4|ann123\n');
    expect((await left).split('\n').slice(2)).toEqual(['No new messages', '']);
  });

  it('stops cleanly with people connected', async () => {
    const node = await startNode();
    const socket = connect({ port: node.port });
    const transcript = transcriptOf(socket);
    socket.write('1|ann\n');
    await new Promise<void>((resolve) => {
      socket.on('data', (piece: string) => {
        if (piece.includes('ann123')) resolve();
      });
    });
    await node.stop();
    expect(await transcript).toContain('ann123');
  });

  it('a port that is in use is an error that names the address', async () => {
    const node = await start();
    const other = new PipeServer({ closeWithinMs: 0 });
    await expect(other.listen('127.0.0.1', node.port)).rejects.toThrow(`127.0.0.1:${node.port} is in use`);
  });
});
