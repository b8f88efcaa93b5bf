import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PipeClient } from '../../../src/cli/demo/pipe-client.ts';
import { LineSplitter } from '../../../src/client/line-splitter.ts';
import { within } from '../../support/until.ts';

/** As many numbers as a cluster remembers for one client, unless it is told otherwise. */
const OUTSTANDING = 1_024;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers as a node does: too many numbers above the floor are refused. Resolves with its port. */
function nodeThatRemembers(most: number): Promise<number> {
  let floor = 1;
  const answer = (line: string): string => {
    const [first = '', , third = ''] = line.split('|');
    if (first === 'hello') {
      floor = Number(third);
      return '!hello|ok|Hello\n';
    }
    const code = Number(first.slice(1)) - floor >= most ? 'busy' : 'ok';
    return `${first}|${code}|done\n`;
  };
  const server = createServer((socket) => {
    const splitter = new LineSplitter(65_536);
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        const split = splitter.push(bytes);
        if (split.kind === 'lines') for (const line of split.lines) socket.write(answer(line));
      });
  });
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

describe('the client of the demo', () => {
  it('goes on for longer than the cluster remembers answers: it says which have come', async () => {
    const port = await nodeThatRemembers(OUTSTANDING);
    const client = new PipeClient({ nodes: [{ host: '127.0.0.1', port }] });
    const answered = async (): Promise<number> => {
      let ok = 0;
      while (ok < 3 * OUTSTANDING && (await client.ask('3|dora|hello')).code === 'ok') ok += 1;
      return ok;
    };
    expect(await within('all is answered', answered())).toBe(3 * OUTSTANDING);
    client.close();
  });
});
