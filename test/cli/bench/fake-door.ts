import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { judgeByBeginning } from '../../../src/cli/bench/reply-lines.ts';
import type { Talk } from '../../../src/cli/bench/talker.ts';

/** A server of lines that is no chat, and counts what it is sent. */
export interface FakeDoor {
  readonly lines: readonly string[];
  readonly open: () => Promise<Talk>;
  close(): Promise<void>;
}

/** `answer` gives the line that answers a message, or null for none. */
export async function openFakeDoor(
  answer: (line: string, count: number) => string | null,
): Promise<FakeDoor> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const whole = (rest + bytes.toString('latin1')).split('\n');
      rest = whole.pop() ?? '';
      for (const line of whole) {
        lines.push(line);
        const reply = answer(line, lines.length);
        if (reply !== null) socket.write(`${reply}\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let talks = 0;
  return {
    lines,
    open: async () => {
      talks += 1;
      const talk = talks;
      const socket = connect({ port, host: '127.0.0.1' });
      await once(socket, 'connect');
      let serial = 0;
      return {
        socket,
        judge: judgeByBeginning([
          ['OK', 'acknowledged'],
          ['NO', 'refused'],
        ]),
        nextLine: () => {
          serial += 1;
          return `${talk}-${serial}\n`;
        },
        listener: null,
      };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
