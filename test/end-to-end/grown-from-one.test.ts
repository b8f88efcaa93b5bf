import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { formatAddress } from '../../src/config/address.ts';
import { Command } from '../support/command.ts';
import { ExtraNode } from '../support/extra-node.ts';
import { overwrite, readLogFile } from '../support/log-file.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

const NO_RECORD = new Uint8Array(16).fill(0xa5);

let cluster: RealCluster | undefined;
let others: readonly ExtraNode[] = [];

afterEach(async () => {
  await Promise.all(others.map((other) => other.kill()));
  others = [];
  await cluster?.remove();
  cluster = undefined;
});

/** Founded by n1, whose configuration names nobody else to this day; n2 and n3 have joined it since. */
async function grown(): Promise<RealCluster> {
  const raised = await RealCluster.raise({ nodes: 1, timings: { commandTimeoutMs: 500 } });
  cluster = raised;
  const person = await raised.connect('n1');
  await person.ask('1|wayne');
  for (const id of ['n2', 'n3']) {
    const other = await ExtraNode.prepare(raised, id);
    others = [...others, other];
    other.start('--join', formatAddress(raised.node('n1').http), ...other.addresses);
    await other.untilMember('voter');
  }
  return raised;
}

async function expectToServe(raised: RealCluster): Promise<void> {
  await raised.untilHealed('n1');
  const guest = await raised.connect('n1');
  await until('n1 knows what there was', async () => (await guest.ask('2')).includes('wayne'));
  expect((await raised.status('n1'))?.members.map(({ id }) => id).toSorted()).toEqual(['n1', 'n2', 'n3']);
}

it('the founder of a cluster that has grown is repaired by the others, though its configuration names none', async () => {
  const raised = await grown();
  await raised.kill('n1');
  const { path, batches } = await readLogFile(raised.dataDir('n1'));
  // Before anybody had joined: what is left of the log knows of no other node.
  overwrite(path, batches[1]?.start ?? 0, NO_RECORD);
  raised.start('n1');
  await raised.untilSaid('n1', 'The log is damaged');
  await expectToServe(raised);
});

it('the founder of a cluster that has grown, started with --join on an empty folder, founds no other one, then and ever after', async () => {
  const raised = await grown();
  await raised.kill('n1');
  const folder = raised.dataDir('n1');
  rmSync(folder, { recursive: true });
  const at = others.map(({ http }) => formatAddress(http))[0] ?? '';
  const joining = new Command(['node', 'n1', '--config', raised.config.file, '--join', at], raised.folder);
  try {
    await joining.untilPrinted(/the cluster has taken this node in/);
  } finally {
    joining.kill();
    await joining.ended;
  }

  // As if it had died before it heard a word.
  for (const name of readdirSync(folder))
    if (name !== 'joined.json') rmSync(join(folder, name), { recursive: true });
  raised.start('n1');
  await expectToServe(raised);
});
