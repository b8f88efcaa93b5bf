import { afterEach, describe, expect, it } from 'vitest';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

let cluster: RealCluster | undefined;

afterEach(async () => {
  await cluster?.remove();
  cluster = undefined;
});

describe('a node that falls silent', () => {
  it('keeps nobody online; when it goes on it closes the old connections, and nothing is lost', async () => {
    const raised = await RealCluster.raise({ timings: { nodeSilenceMs: 1_500 } });
    cluster = raised;
    const leader = await raised.leader();
    const [silent = '', other = ''] = raised.others(leader);
    const wayne = await raised.connect(silent);
    const mason = await raised.connect(other);
    await wayne.ask('1|wayne');
    await mason.ask('1|mason');
    expect(await mason.ask('3|wayne|hi')).toBe('Sender mason sends a new message hi to wayne');
    expect(await wayne.nextLine()).toBe('mason: hi');

    raised.signal(silent, 'SIGSTOP');
    const sent: string[] = [];
    await until('wayne is no longer online', async () => {
      sent.push(`are you there ${sent.length}`);
      const reply = await mason.ask(`3|wayne|${sent.at(-1)}`);
      return reply === "message from mason has been delivered to wayne's mailbox";
    });
    expect(await mason.ask('3|wayne|the last')).toBe(
      "message from mason has been delivered to wayne's mailbox",
    );

    raised.signal(silent, 'SIGCONT');
    await wayne.untilEnd();
    await raised.untilReady();
    const again = await raised.connect(silent);
    expect(await again.ask('0|wayne123')).toBe('user : wayne is now logged in');
    const kept = await again.askAll('4|wayne123');
    // Whether the first one counts as delivered depends on when the node fell silent: it may come twice, as promised.
    expect(kept.filter((line) => line !== 'mason sends: hi')).toEqual([
      'undelivered message for user ID wayne123: ',
      ...[...sent, 'the last'].map((text) => `mason sends: ${text}`),
    ]);
    expect(new Set(await raised.hashesAtOneIndex()).size).toBe(1);
  });
});
