import { afterEach, describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/config/address.ts';
import { createClient } from '../../src/client/client.ts';
import type { PushedMessage } from '../../src/client/server-line.ts';
import { Command } from '../support/command.ts';
import type { CommandResult } from '../support/command.ts';
import { ExtraNode } from '../support/extra-node.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { NOTHING_WRONG, reckon } from '../support/reckoning.ts';
import { NumberedTalker, untilHeardAnew } from '../support/talkers.ts';
import { until } from '../support/until.ts';

let cluster: RealCluster | undefined;
let extra: ExtraNode | undefined;

afterEach(async () => {
  await extra?.kill();
  extra = undefined;
  await cluster?.remove();
  cluster = undefined;
});

async function raise(): Promise<{ readonly raised: RealCluster; readonly n4: ExtraNode }> {
  cluster = await RealCluster.raise({ limits: { mailboxMessages: 1_000_000 } });
  extra = await ExtraNode.prepare(cluster, 'n4');
  return { raised: cluster, n4: extra };
}

function conclave(raised: RealCluster, ...args: readonly string[]): Promise<CommandResult> {
  return Command.run([...args, '--config', raised.config.file], raised.folder);
}

describe('a node that joins', () => {
  it('learns everything from the others, votes, needs no --join the next time, and the clients hear of it', async () => {
    const { raised, n4 } = await raise();
    const person = await raised.connect('n1');
    await person.ask('1|wayne');
    const program = await raised.connect('n2');
    await program.ask('hello|Zk3nq8w1RtY5uIoP7aSdF2|1');

    n4.start('--join', formatAddress(raised.node('n2').http), ...n4.addresses);
    await n4.untilMember('voter');
    const notice = await program.nextLine();
    expect(notice).toContain(`n4 ${formatAddress(n4.client)}`);

    const listed = await conclave(raised, 'members');
    expect(listed.stdout).toMatch(/^n4 +voter +voting /m);
    expect((await conclave(raised, 'members', 'list')).stdout).toMatch(/^n4 +voter +voting /m);
    const status = await conclave(raised, 'status');
    expect(status.stdout).toContain('n4 (');
    expect(status.stdout).toContain("differs from the cluster's log, and the log holds");

    await n4.kill();
    n4.start();
    await n4.untilMember('voter');
    expect((await n4.status())?.accounts).toBe(1);

    const removed = await conclave(raised, 'members', 'remove', 'n4');
    expect([removed.code, removed.stderr]).toEqual([0, '']);
    await until('n1 knows three members', async () => (await raised.status('n1'))?.members.length === 3);
  });

  it('is refused, with a sentence, what cannot be', async () => {
    const { raised, n4 } = await raise();
    const unknown = await conclave(raised, 'members', 'remove', 'n9');
    expect([unknown.code, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toContain('n9 is not a member of this cluster');
    const noId = await conclave(raised, 'members', 'remove', 'N 9');
    expect(noId.stderr).toContain('"N 9" cannot be the id of a node');
    const nowhere = await conclave(raised, 'node', 'n4', '--join', formatAddress(n4.http));
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain(`--join ${formatAddress(n4.http)}: `);
    const unborn = await conclave(raised, 'node', 'n9');
    expect(unborn.stderr).toContain('A new node joins with --join ADDRESS');
  });
});

describe('a node that is replaced under load', () => {
  it('is gone when the new one votes; nothing acknowledged is lost or doubled', async () => {
    const { raised, n4 } = await raise();
    const founder = await raised.connect('n1');
    await founder.ask('1|sleeper');
    // From here on it is away: everything is kept for it.
    await founder.ask('bye');
    await founder.closed;
    const talkers = ['n1', 'n2'].map(
      (node) => new NumberedTalker(`program-${node}`, ['sleeper'], raised, node),
    );
    for (const talker of talkers) await talker.join();
    const talks = talkers.map((talker) => talker.talk());
    await untilHeardAnew(talkers);

    await raised.kill('n3');
    const replaced = await conclave(raised, 'members', 'replace', 'n3', 'n4', ...n4.addresses);
    expect([replaced.code, replaced.stderr]).toEqual([0, '']);
    // Where it is to listen has been said already.
    n4.start('--join', formatAddress(raised.node('n1').http));
    await n4.untilMember('voter');
    await until('n3 is no member any more', async () => {
      const { members = [] } = (await n4.status()) ?? {};
      return members.length === 3 && members.every(({ id }) => id !== 'n3');
    });
    await untilHeardAnew(talkers);
    for (const talker of talkers) talker.stop();
    await Promise.all(talks);

    const received: PushedMessage[] = [];
    const sleeper = createClient({
      nodes: [{ id: 'n4', ...n4.client }],
      onMessage: (message) => received.push(message),
    });
    await sleeper.send('0|sleeper123');
    const sent = talkers.reduce((sum, { sayings }) => sum + sayings.acknowledged.length, 0);
    await until('the sleeper has read everything', () => received.length >= sent);
    expect(reckon(talkers, 'sleeper', received)).toEqual(NOTHING_WRONG);
    await sleeper.close();
    await Promise.all(talkers.map((talker) => talker.close()));
  });
});
