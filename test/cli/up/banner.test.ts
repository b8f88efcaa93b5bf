import { expect, it } from 'vitest';
import { plainPainter } from '../../../src/cli/painter.ts';
import { bringBackLine, renderBanner } from '../../../src/cli/up/banner.ts';
import { resolveConfig } from '../../../src/config/load-config.ts';
import { soundFile } from '../../config/config-files.ts';

const config = resolveConfig(JSON.stringify(soundFile()), '/home/ann/five.json');
const nodes = config.nodes.map(({ id, peer, client, http }, place) => ({
  id,
  pid: 4711 + place,
  addresses: { peer, client, http },
}));

it('the banner says who leads, how to chat, how to kill each node, and where the data lie', () => {
  const verdict = 'leader n2, term 1, can lose 1 more';
  expect(`${renderBanner({ config, nodes, verdict, folder: '/home/ann' }, plainPainter)}\n`).toBe(
    `Conclave is up: leader n2, term 1, can lose 1 more.

  chat           npx conclave chat --config ./five.json
  or, by hand    nc localhost 6666
  look at it     npx conclave status --config ./five.json

  n1  clients 127.0.0.1:6666  http 127.0.0.1:8001  kill it: kill -9 4711
  n2  clients 127.0.0.1:6667  http 127.0.0.1:8002  kill it: kill -9 4712
  n3  clients 127.0.0.1:6668  http 127.0.0.1:8003  kill it: kill -9 4713

  The data lie in ./data. To start clean, stop and rm -r ./data.
  Ctrl-C stops all nodes.
`,
  );
});

it('the line that brings a node back names the configuration if it must', () => {
  expect(bringBackLine(config, 'n2', '/home/ann')).toBe('npx conclave node n2 --config ./five.json');
});
