import { describe, expect, it } from 'vitest';
import { judgeCluster } from '../../../src/cli/status/verdict.ts';
import { memberOf } from '../members/some-members.ts';
import { down, up } from './answers.ts';

const members = [memberOf(1), memberOf(2), memberOf(3)];

/** What the status hints at when each of three nodes reads so much; null for one that does not answer. */
function hints(...readable: readonly (number | null)[]): readonly string[] {
  const answers = readable.map((highestReadable, place) => {
    const node = `n${place + 1}`;
    const versions = { writes: 1, behaviour: 1, highestReadable: highestReadable ?? 0 };
    const role = place === 0 ? 'leader' : 'follower';
    return highestReadable === null ? down(node) : up(node, { role, members, versions });
  });
  return judgeCluster(answers).hints;
}

describe('an upgrade, node by node', () => {
  it('is not spoken of before it has begun', () => {
    expect(hints(1, 1, 1)).toEqual([]);
    expect(hints(1, 1, null)).toEqual([]);
  });

  it('is told while it is under way: who reads what already, who does not, and what is to be done', () => {
    const until = 'version 1 is written until all read 2 and conclave upgrade raises it';
    expect(hints(1, 2, 1)).toEqual([
      `an upgrade is under way: n2 reads version 2, n1 and n3 not yet; ${until}`,
    ]);
    expect(hints(2, 2, null)).toEqual([
      `an upgrade is under way: n1 and n2 read version 2, n3 does not answer; ${until}`,
    ]);
  });

  it('is hinted at once all nodes read more than is written', () => {
    expect(hints(2, 2, 2)).toEqual([
      'all nodes read version 2, and version 1 is written: conclave upgrade raises it',
    ]);
  });
});
