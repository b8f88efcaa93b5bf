import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplicaOptions, RunningReplica } from '../../../src/raft/index.ts';
import { ProposalError, ReplicaOptionsError, startReplica } from '../../../src/raft/index.ts';
import { within } from '../../support/until.ts';
import { Notes } from '../driver/support/notes.ts';

let folder: string;
let replicas: RunningReplica<number>[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-replica-'));
  replicas = [];
});

afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.kill()));
  rmSync(folder, { recursive: true });
});

/** A cluster of one, unless it is told otherwise. */
async function start(options: Partial<ReplicaOptions<number>> = {}): Promise<RunningReplica<number>> {
  const replica = await startReplica<number>({
    id: 'n1',
    nodes: ['n1'],
    folder: join(folder, 'n1'),
    machine: new Notes(),
    network: () => ({ send: () => undefined, setPeers: () => undefined }),
    ...options,
  });
  replicas.push(replica);
  return replica;
}

class Unable extends Notes {
  override apply(): never {
    throw new Error('this machine cannot add');
  }
}

const command = Uint8Array.of(1);

/** What becomes of it: never nothing. */
const codeOf = (what: string, promise: Promise<unknown>): Promise<string> =>
  within(
    what,
    promise.then(
      () => 'resolved',
      (error: unknown) => (error instanceof ProposalError ? error.code : String(error)),
    ),
  );

describe('a replica that has ended', () => {
  it('answers what comes after it was killed', async () => {
    const replica = await start();
    await replica.propose(command);
    await replica.kill();
    expect(await codeOf('the proposal is answered', replica.propose(command))).toBe('NOT_DONE');
    expect(await codeOf('the read is answered', replica.read())).toBe('NOT_DONE');
  });

  it('answers what comes after it was stopped', async () => {
    const replica = await start();
    await replica.stop();
    expect(await codeOf('the proposal is answered', replica.propose(command))).toBe('NOT_DONE');
    expect(await codeOf('the read is answered', replica.read())).toBe('NOT_DONE');
  });

  it('answers what waited when its machine threw, and what comes after', async () => {
    const replica = await start({ machine: new Unable() });
    const waiting = replica.propose(command);
    expect(await codeOf('the proposal is answered', waiting)).toBe('IN_DOUBT');
    expect(await within('it says why', replica.failed)).toMatchObject({ message: 'this machine cannot add' });
    expect(await codeOf('the proposal is answered', replica.propose(command))).toBe('NOT_DONE');
    expect(await codeOf('the read is answered', replica.read())).toBe('NOT_DONE');
    await within('it stops', replica.stop());
  });

  it('may be killed and stopped again, in any order and at once', async () => {
    const replica = await start();
    await within('all of them end', Promise.all([replica.stop(), replica.kill(), replica.stop()]));
    await within('so does one more of each', Promise.all([replica.kill(), replica.stop()]));
  });

  it('has given its folder free, also when it could not be started', async () => {
    const network = (): never => {
      throw new Error('no network');
    };
    await expect(start({ network })).rejects.toThrow('no network');
    const replica = await start();
    expect(await replica.propose(command)).toBe(1);
  });
});

describe('options with which no replica can run', () => {
  it.each<{ what: string; options: Partial<ReplicaOptions<number>>; says: string }>([
    { what: 'nobody', options: { nodes: [] }, says: '1 to 7 nodes, not 0' },
    {
      what: 'eight nodes',
      options: { nodes: ['1', '2', '3', '4', '5', '6', '7', '8'] },
      says: '1 to 7 nodes, not 8',
    },
    { what: 'a name twice', options: { nodes: ['n1', 'n1'] }, says: 'twice: n1, n1' },
    { what: 'no name', options: { nodes: ['n1', ''] }, says: '1 to 256 characters, not 0' },
    { what: 'a stranger', options: { id: 'n4' }, says: 'must be one of nodes (n1), not n4' },
    { what: 'no tick', options: { tickMs: 0 }, says: 'tickMs must be at least 1, not 0' },
    { what: 'no size', options: { snapshotEveryBytes: NaN }, says: 'snapshotEveryBytes must be at least 1' },
  ])('are refused before anything is touched: $what', async ({ options, says }) => {
    const refusal = await start(options).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ReplicaOptionsError);
    expect(String(refusal)).toContain(says);
  });
});
