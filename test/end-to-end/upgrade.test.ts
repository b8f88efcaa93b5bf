import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/config/address.ts';
import { Command } from '../support/command.ts';
import { Crowd } from '../support/crowd.ts';
import type { LineClient } from '../support/line-client.ts';
import type { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';
import { DEPARTED, HEIR, NEXT_CONCLAVE } from './next-version/next-release.ts';

const TOO_OLD =
  'The cluster writes version 2 (rules 2); this program reads version 1 (rules up to 1). Nothing was changed. ' +
  'Start this node with a program that reads version 2, as the other nodes do.';
const THIS_CONCLAVE = undefined;

let crowd: Crowd;
let raised: RealCluster;

beforeEach(async () => {
  // Snapshots are taken and sent all the while.
  crowd = await Crowd.gather({
    storage: { segmentBytes: 65_536, snapshotBytes: 131_072, trailingBytes: 65_536 },
  });
  ({ raised } = crowd);
});

afterEach(() => crowd.disperse());

async function conclave(...args: readonly string[]) {
  const { code, stdout, stderr } = await Command.run(
    [...args, '--config', raised.config.file],
    raised.folder,
  );
  return { code, printed: `${stdout}${stderr}` };
}

/** Stops a node in good order and starts it with a program, while everybody talks; then all states are equal. */
async function install(id: string, program: string | undefined): Promise<void> {
  expect(await raised.kill(id, 'SIGTERM')).toEqual({ code: 0, signal: null });
  await crowd.untilHeard();
  raised.start(id, program);
  await raised.untilNodeReady(id);
  await crowd.untilHeard();
  await crowd.expectEqualStates();
}

/** Starts a node that is down with the old program, which must give up, and say why. */
async function expectTooOld(id: string): Promise<void> {
  raised.start(id, THIS_CONCLAVE);
  await raised.untilEnded(id);
  expect(raised.process(id).failure?.sentence).toBe(TOO_OLD);
  await crowd.untilHeard();
}

async function makeLeader(id: string): Promise<void> {
  expect(await conclave('transfer', id)).toMatchObject({ code: 0 });
  await until(`${id} leads`, async () => (await raised.status(id))?.role === 'leader');
}

function versions() {
  return Promise.all(raised.ids.map(async (id) => (await raised.status(id))?.versions));
}

/** Somebody at a node who writes to the departed, and keeps count of what arrived at the heir. */
class Mourner {
  readonly #client: LineClient;
  readonly #name: string;
  /** What became of each message, in their order. */
  readonly outcomes: ('refused' | 'inherited')[] = [];

  private constructor(client: LineClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  static async at(id: string): Promise<Mourner> {
    const client = await raised.connect(id);
    const name = `mourner-${id}-${raised.linesOf(id).length}`;
    await client.ask(`1|${name}`);
    return new Mourner(client, name);
  }

  async write(): Promise<'refused' | 'inherited'> {
    const reply = await this.#client.ask(`3|${DEPARTED}|${this.outcomes.length}`);
    const outcome = reply === `Receiver: ${DEPARTED} doesn't exist` ? 'refused' : 'inherited';
    if (outcome === 'inherited')
      expect(reply).toBe(`message from ${this.#name} has been delivered to ${HEIR}'s mailbox`);
    this.outcomes.push(outcome);
    return outcome;
  }

  async writeUntilInherited(): Promise<void> {
    await until('the next rules hold', async () => (await this.write()) === 'inherited');
  }

  /** As the heir should find them. */
  get inherited(): readonly string[] {
    return this.outcomes.flatMap((outcome, place) =>
      outcome === 'inherited' ? [`${this.#name} sends: ${place}`] : [],
    );
  }
}

describe('a rolling upgrade under load', () => {
  it('to a version that changes a format and the result of a command: first everywhere, then in force', async () => {
    const notary = await raised.connect('n1');
    await notary.ask(`1|${HEIR}`);
    await notary.ask('bye');

    await install('n1', NEXT_CONCLAVE);
    await install('n2', NEXT_CONCLAVE);
    await install('n2', THIS_CONCLAVE);

    await makeLeader('n3');
    expect(await conclave('upgrade')).toEqual({
      code: 1,
      printed:
        'conclave: n1 runs a newer program, which reads version 2; n3, which leads, reads no more than version 1: upgrade n3 first\n',
    });
    await makeLeader('n1');
    expect(await conclave('upgrade')).toEqual({
      code: 1,
      printed: 'conclave: n2 and n3 run programs that do not read version 2: upgrade there first\n',
    });
    expect((await conclave('status')).printed).toContain(
      'an upgrade is under way: n1 reads version 2, n2 and n3 not yet; version 1 is written until',
    );

    await install('n2', NEXT_CONCLAVE);
    await raised.kill('n3', 'SIGTERM');
    await raised.leader();
    expect(await conclave('upgrade')).toEqual({
      code: 1,
      printed: 'conclave: n3 cannot be reached: nobody knows which versions the program there reads\n',
    });
    raised.start('n3', NEXT_CONCLAVE);
    await raised.untilNodeReady('n3');
    await crowd.expectEqualStates();
    const before = { writes: 1, behaviour: 1, highestReadable: 2 };
    expect(await versions()).toEqual([before, before, before]);
    expect((await conclave('status')).printed).toContain(
      'all nodes read version 2, and version 1 is written: conclave upgrade raises it',
    );

    const mourners = await Promise.all(raised.ids.map((id) => Mourner.at(id)));
    for (const mourner of mourners) expect(await mourner.write()).toBe('refused');
    const mourning = Promise.all(mourners.map((mourner) => mourner.writeUntilInherited()));
    expect(await conclave('upgrade')).toEqual({
      code: 0,
      printed: 'the cluster writes version 2 from now on\n',
    });
    await mourning;
    const after = { writes: 2, behaviour: 2, highestReadable: 2 };
    expect(await versions()).toEqual([after, after, after]);
    for (const mourner of mourners) expect(await mourner.write()).toBe('inherited');
    await crowd.untilHeard();
    await crowd.expectEqualStates();
    expect(await conclave('upgrade')).toEqual({
      code: 0,
      printed: 'the cluster writes version 2 already\n',
    });

    // Once more by what is on its disk: old entries by the old rules.
    await raised.kill('n1');
    raised.start('n1', NEXT_CONCLAVE);
    await raised.untilNodeReady('n1');
    await crowd.expectEqualStates();

    await raised.kill('n2', 'SIGTERM');
    await expectTooOld('n2');
    raised.start('n2', NEXT_CONCLAVE);
    await raised.untilNodeReady('n2');
    await crowd.expectEqualStates();

    await raised.kill('n3');
    rmSync(raised.dataDir('n3'), { recursive: true });
    await expectTooOld('n3');
    raised.start('n3', NEXT_CONCLAVE);
    await raised.untilHealed('n3');
    await crowd.expectEqualStates();

    const at = formatAddress(raised.node('n1').http);
    expect(await conclave('node', 'n4', '--join', at)).toEqual({
      code: 2,
      printed:
        'conclave: the cluster writes version 2, and this program reads version 1: n4 cannot take part, and nothing was done. Start it with the program that the other nodes run.\n',
    });
    expect((await raised.status('n1'))?.members).toHaveLength(3);

    const will = await raised.connect('n2');
    const [, ...found] = await will.askAll(`4|${HEIR}123`);
    expect(found.toSorted()).toEqual(mourners.flatMap(({ inherited }) => inherited).toSorted());
    await crowd.expectNothingLost();
  }, 600_000);
});
