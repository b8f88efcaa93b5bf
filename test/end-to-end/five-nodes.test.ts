import { afterEach, describe, expect, it } from 'vitest';
import { RealCluster } from '../support/real-cluster.ts';

let cluster: RealCluster | undefined;

afterEach(async () => {
  await cluster?.remove();
  cluster = undefined;
});

describe('five nodes', () => {
  it('go on when two are killed at once, the leader one of them, and agree when both are back', async () => {
    const raised = await RealCluster.raise({ nodes: 5, timings: { commandTimeoutMs: 30_000 } });
    cluster = raised;
    const leader = await raised.leader();
    const [other = '', ...survivors] = raised.others(leader);
    const [first = '', second = ''] = survivors;
    const wayne = await raised.connect(first);
    const mason = await raised.connect(second);
    await wayne.ask('1|wayne');
    await mason.ask('1|mason');
    expect(await mason.ask('3|wayne|before')).toBe('Sender mason sends a new message before to wayne');
    expect(await wayne.nextLine()).toBe('mason: before');

    await Promise.all([raised.kill(leader), raised.kill(other)]);
    expect(await mason.ask('3|wayne|after')).toBe('Sender mason sends a new message after to wayne');
    expect(await wayne.nextLine()).toBe('mason: after');
    expect(await wayne.ask('3|mason|still here')).toBe(
      'Sender wayne sends a new message still here to mason',
    );
    expect(await mason.nextLine()).toBe('wayne: still here');

    raised.start(leader);
    raised.start(other);
    await raised.untilReady();
    const hashes = await raised.hashesAtOneIndex();
    expect(hashes).toHaveLength(5);
    expect(new Set(hashes).size).toBe(1);
    const back = await raised.connect(leader);
    expect(await back.ask('2')).toBe('Showing all accounts: wayne,mason');
  });
});
