import { afterEach, describe, expect, it } from 'vitest';
import { Command } from '../support/command.ts';
import { Crowd } from '../support/crowd.ts';
import type { RealClusterOptions } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

let gathered: Crowd | undefined;

afterEach(async () => {
  await gathered?.disperse();
  gathered = undefined;
});

async function gather(options?: RealClusterOptions): Promise<Crowd> {
  gathered = await Crowd.gather(options);
  return gathered;
}

describe('under load', () => {
  it('all nodes can be killed at once: what was acknowledged is there when they are back', async () => {
    const crowd = await gather();
    await crowd.raised.killAll('SIGKILL');
    crowd.raised.startAll();
    await crowd.raised.untilReady();
    await crowd.untilHeard();
    await crowd.expectNothingLost();
  });

  it('all nodes can be stopped and started one after the other', async () => {
    const crowd = await gather();
    for (const id of crowd.raised.ids) {
      expect(await crowd.raised.kill(id, 'SIGTERM')).toEqual({ code: 0, signal: null });
      await crowd.untilHeard();
      crowd.raised.start(id);
      await crowd.raised.untilNodeReady(id);
    }
    await crowd.expectNothingLost();
  });

  it('leadership can be handed from node to node', async () => {
    const crowd = await gather();
    for (const id of [...crowd.raised.ids, ...crowd.raised.ids]) {
      const { code, stderr } = await Command.run(
        ['transfer', id, '--config', crowd.raised.config.file],
        crowd.raised.folder,
      );
      expect([code, stderr]).toEqual([0, '']);
      await until(`${id} leads`, async () => (await crowd.raised.status('n1'))?.leader === id);
      await crowd.untilHeard();
    }
    await crowd.expectNothingLost();
  });

  it('the log is cut behind snapshots, and a node that was away for longer is brought back by one', async () => {
    const crowd = await gather({
      storage: { segmentBytes: 65_536, snapshotBytes: 65_536, trailingBytes: 0 },
    });
    const { raised } = crowd;
    await raised.kill('n3');
    const { lastIndex = 0 } = (await raised.status('n1')) ?? {};
    await until('both others have dropped what n3 would need', async () => {
      const statuses = await Promise.all(['n1', 'n2'].map((id) => raised.status(id)));
      return statuses.every((status) => status !== undefined && status.firstIndex > lastIndex + 1);
    });
    raised.start('n3');
    await raised.untilNodeReady('n3');
    await raised.untilSaid('n3', ', by a snapshot');
    await crowd.expectNothingLost();
  });
});
