import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { RECORD_HEADER_BYTES } from '../../src/raft/storage/record-header.ts';
import { endOfData } from '../../src/raft/storage/segment-format.ts';
import { overwrite, readLogFile } from '../support/log-file.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

const VICTIM = 'n2';

let cluster: RealCluster | undefined;

afterEach(async () => {
  await cluster?.remove();
  cluster = undefined;
});

async function send(raised: RealCluster, from: string, first: number, last: number): Promise<void> {
  const client = await raised.connect(from);
  await client.ask('0|mason123');
  for (let count = first; count <= last; count += 1) {
    expect(await client.ask(`3|wayne|${count}`)).toBe(
      "message from mason has been delivered to wayne's mailbox",
    );
  }
}

/** A cluster with a few batches in its log, and at rest. */
async function withMessages(): Promise<RealCluster> {
  const raised = await RealCluster.raise({ timings: { commandTimeoutMs: 500 } });
  cluster = raised;
  // To someone who is away: nothing is pushed, so the log is at rest when the last reply is there.
  const away = await raised.connect('n1');
  await away.ask('1|wayne');
  await away.ask('1|mason');
  await away.ask('bye');
  await away.closed;
  await send(raised, 'n1', 1, 20);
  await raised.hashesAtOneIndex();
  return raised;
}

async function withOneDead(): Promise<RealCluster> {
  const raised = await withMessages();
  await raised.kill(VICTIM);
  return raised;
}

async function expectMessages(raised: RealCluster, at: string, last: number): Promise<void> {
  const client = await raised.connect(at);
  await client.ask('0|wayne123');
  expect(await client.ask('4|wayne123')).toBe('undelivered message for user ID wayne123: ');
  for (let count = 1; count <= last; count += 1)
    expect(await client.nextLine()).toBe(`mason sends: ${count}`);
}

/** The victim comes back by itself, and carries the cluster together with one of the others. */
async function expectHealed(raised: RealCluster): Promise<void> {
  await raised.untilHealed(VICTIM);
  expect(new Set(await raised.hashesAtOneIndex()).size).toBe(1);
  await raised.kill('n3');
  await until('n1 and n2 agree on a leader', async () => {
    const [one, two] = await Promise.all(['n1', VICTIM].map((id) => raised.status(id)));
    return one?.leader !== null && one?.leader !== 'n3' && one?.leader === two?.leader;
  });
  await expectMessages(raised, VICTIM, 20);
}

describe('a torn log tail', () => {
  it.each([
    ['half of a record', (next: Uint8Array) => next.subarray(0, next.length / 2)],
    ['garbage', () => Buffer.from('not a record of any kind, but as long as some of them are')],
  ])('of %s is cut and said so in the log, and the node rejoins', async (_what, tailOf) => {
    const raised = await withOneDead();
    const { path, end, nextBatch } = await readLogFile(raised.dataDir(VICTIM));
    const tail = tailOf(nextBatch);
    overwrite(path, end, tail);

    raised.start(VICTIM);
    const line = await raised.untilSaid(VICTIM, 'torn tail');
    expect(JSON.parse(line)).toMatchObject({ file: path, offset: end, bytes: endOfData(tail, 0) });
    await raised.untilReady();
    expect(new Set(await raised.hashesAtOneIndex()).size).toBe(1);

    await raised.kill(VICTIM);
    raised.start(VICTIM);
    await raised.untilReady();
    expect(raised.linesOf(VICTIM).filter((said) => said.includes('torn tail'))).toEqual([line]);
  });
});

describe('a log that no crash explains', () => {
  it('with a flipped byte before valid records: its node says where, and is mended by the others', async () => {
    const raised = await withOneDead();
    const { path, batches } = await readLogFile(raised.dataDir(VICTIM));
    const { start } = batches[Math.floor(batches.length / 2)] ?? { start: 0 };
    const offset = start + RECORD_HEADER_BYTES + 1;
    const [byte = 0] = readFileSync(path).subarray(offset);
    overwrite(path, offset, Uint8Array.of(byte ^ 0x10));
    raised.start(VICTIM);
    expect(JSON.parse(await raised.untilSaid(VICTIM, '"doubt":"damaged"'))).toMatchObject({ offset: start });
    await expectHealed(raised);
  });

  it('that ends before its mark: its node says where, and is mended by the others', async () => {
    const raised = await withOneDead();
    const { path, end, batches } = await readLogFile(raised.dataDir(VICTIM));
    const { start } = batches.at(-1) ?? { start: 0 };
    const half = start + Math.floor((end - start) / 2);
    // Not zeros: the second half of a small record may be nothing else, and then nothing would be lost.
    overwrite(path, half, new Uint8Array(end - half).fill(0xee));
    raised.start(VICTIM);
    expect(JSON.parse(await raised.untilSaid(VICTIM, '"doubt":"suspect"'))).toMatchObject({ offset: start });
    await expectHealed(raised);
  });

  it('cut by a third, while another node lags and the third is dead: nothing acknowledged is lost', async () => {
    const raised = await withMessages();
    raised.signal('n3', 'SIGSTOP');
    await until('n1 or n2 leads', async () => {
      const leader = (await raised.status('n1'))?.leader;
      return leader === 'n1' || leader === 'n2';
    });
    await send(raised, 'n1', 21, 60);
    await raised.kill('n1');
    await raised.kill(VICTIM);
    const { path, end, batches } = await readLogFile(raised.dataDir(VICTIM));
    const { start } = batches[Math.floor((batches.length * 2) / 3)] ?? { start: end };
    overwrite(path, start, new Uint8Array(end - start));
    raised.start(VICTIM);
    raised.signal('n3', 'SIGCONT');
    await raised.untilSaid(VICTIM, 'recovering: ');
    await until('both have heard that nobody leads', async () => {
      const both = await Promise.all([VICTIM, 'n3'].map((id) => raised.status(id)));
      return both.every((status) => status !== undefined && status.leader === null);
    });
    // The one that lags and the one that was cut must not go on without the one that knows.
    const early = await raised.connect('n3');
    expect(await early.ask('2')).toMatch(/^The service is unavailable, nothing was done: /);
    raised.start('n1');
    await raised.untilHealed(VICTIM);
    await expectMessages(raised, VICTIM, 60);
  });
});
