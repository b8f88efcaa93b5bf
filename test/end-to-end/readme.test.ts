import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { renderBanner } from '../../src/cli/up/banner.ts';
import { Command } from '../support/command.ts';
import { LineClient } from '../support/line-client.ts';
import { RealCluster } from '../support/real-cluster.ts';

const repository = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(new URL('README.md', `file://${repository}`), 'utf8');

/** The lines of the code block behind a comment in the README. */
function blockAfter(mark: string): readonly string[] {
  const block = new RegExp(`<!-- ${mark} -->\\n\\n?\`\`\`text\\n([\\s\\S]*?)\\n\`\`\``).exec(readme)?.[1];
  if (block === undefined) throw new Error(`the README has no block marked ${mark}`);
  return block.split('\n');
}

let cluster: RealCluster;

beforeAll(async () => {
  cluster = await RealCluster.raise();
});

afterAll(() => cluster.remove());

/** Types what the README types, and reads what it shows, to the letter but for trailing blanks. */
async function hold(mark: string, node: string): Promise<void> {
  const [, greeting, ...rest] = blockAfter(mark);
  const client = await LineClient.connect(cluster.node(node).client);
  expect(greeting).toMatch(/^To get started/);
  for (const line of rest) {
    if (line.startsWith('> ')) client.write(`${line.slice(2)}\n`);
    else expect((await client.nextLine()).trimEnd()).toBe(line.trimEnd());
  }
  client.destroy();
}

describe('the README', () => {
  it('shows conversations that happen just so, over two nodes, and piped input to the client', async () => {
    await hold('conversation: 6666', 'n1');
    await hold('conversation: 6667', 'n2');

    const [line = '', ...replies] = blockAfter('piped');
    const input = /printf '(.*)' \|/.exec(line)?.[1]?.replaceAll('\\n', '\n');
    const chat = await Command.run(['chat', '--config', cluster.config.file], cluster.folder, input);
    expect(chat.stdout.trimEnd().split('\n')).toEqual(replies);
    expect(chat.code).toBe(0);
  });

  it('shows the block that npm start prints with the configuration that comes with it', () => {
    const config = loadConfig(`${repository}cluster.config.json`);
    const printed = renderBanner(
      {
        config,
        nodes: config.nodes.map((addresses, place) => ({ id: addresses.id, pid: 28160 + place, addresses })),
        verdict: 'leader n1, term 2, can lose 1 more',
        folder: repository.replace(/\/$/, ''),
      },
      (_style, text) => text,
    );
    expect(blockAfter('shape: up')).toEqual(printed.split('\n'));
  });

  it('names only files and scripts that are there', () => {
    const scripts = Object.keys(
      (JSON.parse(readFileSync(`${repository}package.json`, 'utf8')) as { scripts: object }).scripts,
    );
    for (const [, script] of readme.matchAll(/npm run ([a-z:]+)/g)) expect(scripts).toContain(script);
    for (const [, path] of readme.matchAll(/\]\(([^)#:]+)\)/g))
      expect(() => readFileSync(`${repository}${path}`)).not.toThrow(/ENOENT/);
  });
});
