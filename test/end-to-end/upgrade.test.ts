import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** For each of the steps below, on a machine that does other things besides. */
const STEP_MS = 300_000;

let crowd: Crowd;
let raised: RealCluster;
let mourners: readonly Mourner[];

beforeAll(async () => {
  // Snapshots are taken and sent all the while.
  crowd = await Crowd.gather({
    storage: { segmentBytes: 65_536, snapshotBytes: 131_072, trailingBytes: 65_536 },
  });
  ({ raised } = crowd);
  const notary = await raised.connect('n1');
  await notary.ask(`1|${HEIR}`);
  await notary.ask('bye');
}, STEP_MS);

afterAll(() => crowd.disperse());

/** Types a command until this is its answer: on a busy machine leaders change, and a node may not answer in time. */
async function expectAnswer(args: readonly string[], code: number, text: string): Promise<void> {
  let answer = { code: -1 as number | null, printed: '' };
  const asExpected = async (): Promise<boolean> => {
    const end = await Command.run([...args, '--config', raised.config.file], raised.folder);
    answer = { code: end.code, printed: `${end.stdout}${end.stderr}` };
    return answer.code === code && answer.printed.includes(text);
  };
  await until(`conclave ${args.join(' ')} says: ${text}`, asExpected).catch(() => undefined);
  expect(answer).toEqual({ code, printed: expect.stringContaining(text) });
}

/** Nodes that work as hard as they can may not find the time to tell how they are. */
function expectStatus(text: string): Promise<void> {
  return crowd.inSilence(() => expectAnswer(['status'], 0, text));
}

/** Stops a node in good order and starts it with a program, while everybody talks; then all states are equal. */
async function install(id: string, program: string | undefined): Promise<void> {
  expect(await raised.kill(id, 'SIGTERM')).toEqual({ code: 0, signal: null });
  await crowd.untilHeard();
  raised.start(id, program);
  await raised.untilNodeReady(id);
  await crowd.untilHeard();
  const mourner = await Mourner.at(id);
  expect(await mourner.write(), 'by the rules of all, not of this program').toBe('refused');
  await crowd.expectEqualStates();
}

/** Starts a node that is down with the next program; then all states are equal. */
async function comeBack(id: string): Promise<void> {
  raised.start(id, NEXT_CONCLAVE);
  await raised.untilNodeReady(id);
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
  await expectAnswer(['transfer', id], 0, id);
  await until(`${id} leads`, async () => (await raised.status(id))?.role === 'leader');
}

/** What a node says of itself, once it says anything: a busy one may take its time. */
function statusOf(id: string) {
  return until(`${id} tells its status`, () => raised.status(id));
}

function allVersions() {
  return Promise.all(raised.ids.map(async (id) => (await statusOf(id)).versions));
}

/** Somebody at a node who writes to the departed, and keeps count of what arrived at the heir. */
class Mourner {
  static #count = 0;
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
    Mourner.#count += 1;
    const name = `mourner-${Mourner.#count}`;
    await client.ask(`1|${name}`);
    return new Mourner(client, name);
  }

  async write(): Promise<'refused' | 'inherited'> {
    const line = `3|${DEPARTED}|${this.outcomes.length}`;
    const reply = await until('it is known what became of a message', async () => {
      const answer = await this.#client.ask(line);
      return answer.includes('nothing was done') ? undefined : answer;
    });
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

// Each step goes on from the one before.
describe('a rolling upgrade under load', { timeout: STEP_MS }, () => {
  it('goes node by node, and back: each stops, starts with the other program, and has the same state as the rest', async () => {
    await install('n1', NEXT_CONCLAVE);
    await install('n2', NEXT_CONCLAVE);
    await install('n2', THIS_CONCLAVE);
  });

  it('is not brought into force before all nodes can read it, whoever leads, and status says how far it is', async () => {
    await makeLeader('n3');
    await expectAnswer(
      ['upgrade'],
      1,
      'n1 runs a newer program, which reads version 2; n3, which leads, reads no more than version 1: upgrade n3 first',
    );
    await makeLeader('n1');
    await expectAnswer(
      ['upgrade'],
      1,
      'n2 and n3 run programs that do not read version 2: upgrade there first',
    );
    await expectStatus(
      'an upgrade is under way: n1 reads version 2, n2 and n3 not yet; version 1 is written until',
    );

    await install('n2', NEXT_CONCLAVE);
    await raised.kill('n3', 'SIGTERM');
    await raised.leader();
    await expectAnswer(
      ['upgrade'],
      1,
      'n3 cannot be reached: nobody knows which versions the program there reads',
    );
    await comeBack('n3');
    const versions = { writes: 1, behaviour: 1, highestReadable: 2 };
    expect(await allVersions()).toEqual([versions, versions, versions]);
    mourners = await Promise.all(raised.ids.map((id) => Mourner.at(id)));
    for (const mourner of mourners) expect(await mourner.write()).toBe('refused');
  });

  it('is in force on all nodes from one place of the log on: another format is written, and commands have other results', async () => {
    await expectStatus('all nodes read version 2, and version 1 is written: conclave upgrade raises it');
    const mourning = Promise.all(mourners.map((mourner) => mourner.writeUntilInherited()));
    await expectAnswer(['upgrade'], 0, 'the cluster writes version 2');
    await mourning;
    const versions = { writes: 2, behaviour: 2, highestReadable: 2 };
    expect(await allVersions()).toEqual([versions, versions, versions]);
    for (const mourner of mourners) expect(await mourner.write()).toBe('inherited');
    await crowd.untilHeard();
    await crowd.expectEqualStates();
    await expectAnswer(['upgrade'], 0, 'the cluster writes version 2 already');
  });

  it('leaves a log that is applied again as it was: old entries by the old rules', async () => {
    await raised.kill('n1');
    await comeBack('n1');
  });

  it('keeps the old program out, which says why and what to do, and harms neither its folder nor the others', async () => {
    await raised.kill('n2', 'SIGTERM');
    await expectTooOld('n2');
    await comeBack('n2');

    await raised.kill('n3');
    rmSync(raised.dataDir('n3'), { recursive: true });
    await expectTooOld('n3');
    await comeBack('n3');
    await raised.untilHealed('n3');

    const at = formatAddress(raised.node('n1').http);
    await expectAnswer(
      ['node', 'n4', '--join', at],
      2,
      'the cluster writes version 2, and this program reads version 1: n4 cannot take part, and nothing was done. Start it with the program that the other nodes run.',
    );
    expect((await statusOf('n1')).members).toHaveLength(3);
  });

  it('loses nothing and does nothing twice, by the old rules or by the new', async () => {
    const executor = await raised.connect('n2');
    const [, ...found] = await executor.askAll(`4|${HEIR}123`);
    expect(found.toSorted()).toEqual(mourners.flatMap(({ inherited }) => inherited).toSorted());
    await crowd.expectNothingLost();
  });
});
