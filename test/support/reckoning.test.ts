import { describe, expect, it } from 'vitest';
import { NOTHING_WRONG, reckon } from './reckoning.ts';
import { Sayings } from './talkers.ts';
import type { Talker } from './talkers.ts';

function talker(name: string, acknowledged: readonly number[], doubtful: readonly number[] = []): Talker {
  const sayings = new Sayings();
  const said = (count: number): { to: string; text: string } => ({ to: 'wayne', text: `${name} ${count}` });
  sayings.acknowledged.push(...acknowledged.map(said));
  sayings.doubtful.push(...doubtful.map(said));
  const idle = (): void => undefined;
  return { name, sayings, talk: () => Promise.resolve(), stop: idle, rest: idle, goOn: idle };
}

const received = (from: string, ...counts: readonly number[]) =>
  counts.map((count, place) => ({ id: place + 1, from, time: '', text: `${from} ${count}` }));

describe('the reckoning between talkers and a recipient', () => {
  it('finds nothing wrong if all that was acknowledged came once and in order, whatever became of the doubtful', () => {
    expect(reckon([talker('ann', [1, 3], [2, 4])], 'wayne', received('ann', 1, 2, 3))).toEqual(NOTHING_WRONG);
  });

  it('finds what is lost, doubled, invented and out of order', () => {
    const messages = received('ann', 1, 3, 2, 3, 9);
    expect(reckon([talker('ann', [1, 2, 3, 4])], 'wayne', messages)).toEqual({
      ...NOTHING_WRONG,
      lost: ['ann 4'],
      doubled: ['ann 3'],
      invented: ['ann 9'],
      outOfOrder: ['ann 2'],
    });
  });
});
