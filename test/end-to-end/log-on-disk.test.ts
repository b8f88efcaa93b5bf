import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { RECORD_HEADER_BYTES } from '../../src/raft/storage/record-header.ts';
import { endOfData } from '../../src/raft/storage/segment-format.ts';
import { Command } from '../support/command.ts';
import { overwrite, readLogFile } from '../support/log-file.ts';
import { RealCluster } from '../support/real-cluster.ts';

const VICTIM = 'n2';

let cluster: RealCluster | undefined;

afterEach(async () => {
  await cluster?.remove();
  cluster = undefined;
});

/** A cluster with a few batches in its log, one node of which is dead. */
async function withOneDead(): Promise<RealCluster> {
  const raised = await RealCluster.raise();
  cluster = raised;
  // To someone who is away: nothing is pushed, so the log is at rest when the last reply is there.
  const away = await raised.connect('n1');
  await away.ask('1|wayne');
  await away.ask('bye');
  await away.closed;
  const client = await raised.connect('n1');
  await client.ask('1|mason');
  for (let count = 1; count <= 20; count += 1) {
    expect(await client.ask(`3|wayne|${count}`)).toBe(
      "message from mason has been delivered to wayne's mailbox",
    );
  }
  await raised.hashesAtOneIndex();
  await raised.kill(VICTIM);
  return raised;
}

/** Starts the victim by hand, which must fail and leave its log as it is. Resolves with what it said. */
async function refusedStart(raised: RealCluster, path: string): Promise<string> {
  const before = readFileSync(path);
  const args = ['node', VICTIM, '--config', raised.config.file];
  const { code, stderr } = await Command.run(args, raised.folder);
  expect(code).toBe(2);
  expect(readFileSync(path).equals(before)).toBe(true);
  const client = await raised.connect('n1');
  await raised.leader();
  expect(await client.ask('2')).toBe('Showing all accounts: wayne,mason');
  return stderr;
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
  it('with a flipped byte before valid records stops the node, which names file and offset and changes nothing', async () => {
    const raised = await withOneDead();
    const { path, batches } = await readLogFile(raised.dataDir(VICTIM));
    const { start } = batches[Math.floor(batches.length / 2)] ?? { start: 0 };
    const offset = start + RECORD_HEADER_BYTES + 1;
    const [byte = 0] = readFileSync(path).subarray(offset);
    overwrite(path, offset, Uint8Array.of(byte ^ 0x10));
    const sentence = await refusedStart(raised, path);
    expect(sentence).toContain(`The log is damaged in ${path} at byte ${start}: `);
  });

  it('that ends before its mark stops the node, which names file and offset and changes nothing', async () => {
    const raised = await withOneDead();
    const { path, end, batches } = await readLogFile(raised.dataDir(VICTIM));
    const { start } = batches.at(-1) ?? { start: 0 };
    const half = start + Math.floor((end - start) / 2);
    // Not zeros: the second half of a small record may be nothing else, and then nothing would be lost.
    overwrite(path, half, new Uint8Array(end - half).fill(0xee));
    const sentence = await refusedStart(raised, path);
    expect(sentence).toContain(`The log ends in ${path} at byte ${start} `);
    expect(sentence).toContain(`up to byte ${end} `);
  });
});
