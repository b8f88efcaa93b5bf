import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/raft/core/random.ts';
import { LogSuspectError } from '../../../src/raft/storage/errors.ts';
import { contentsOf, LogLab } from './log-lab.ts';

type Death = 'kill' | 'crash';

/** A life: what happens between the opening of a log and the death of its process. */
interface Life {
  readonly steps: readonly ('append' | 'complete')[];
  readonly death: Death;
  /** Of 8 sectors in doubt, how many survive. */
  readonly survivors: number;
}

interface Story {
  readonly seed: number;
  readonly lives: readonly Life[];
  readonly maxPayload: number;
}

const step = fc.constantFrom<('append' | 'complete')[]>('append', 'complete', 'complete', 'complete');
const storyOf = (deaths: fc.Arbitrary<Death>): fc.Arbitrary<Story> =>
  fc.record({
    seed: fc.nat(),
    maxPayload: fc.constantFrom(40, 700, 6000),
    lives: fc.array(
      fc.record({ steps: fc.array(step, { maxLength: 60 }), death: deaths, survivors: fc.nat({ max: 8 }) }),
      { minLength: 1, maxLength: 6 },
    ),
  });

/** Plays a story. Whatever the log said was durable must be found again, and nothing that was never written. */
function play({ seed, lives, maxPayload }: Story): 'sound' | 'suspect' {
  const random = seededRandom(seed);
  const lab = new LogLab(8192, seed);
  lab.open();
  for (const { steps, death, survivors } of lives) {
    for (const step of steps) {
      if (step === 'append') lab.append(lab.randomBatch(random, maxPayload));
      else if (lab.disk.pending.length > 0) lab.disk.complete(random.below(lab.disk.pending.length));
    }
    const { states, acknowledged } = lab;
    lab.disk[death](() => random.below(8) < survivors);
    try {
      lab.open();
    } catch (error) {
      expect(error).toBeInstanceOf(LogSuspectError);
      expect(death, 'only a power loss makes a log suspect').toBe('crash');
      return 'suspect';
    }
    expect(states.slice(acknowledged), 'what was found is what some later batch left').toContainEqual(
      lab.states[0],
    );
    expect(lab.failures).toEqual([]);
  }
  return 'sound';
}

describe('a log whose process is killed', () => {
  it('is found again with all that was acknowledged, after any number of kills at any moment', () => {
    fc.assert(
      fc.property(storyOf(fc.constant('kill')), (story) => {
        expect(play(story)).toBe('sound');
      }),
      { numRuns: 400 },
    );
  });
});

describe('a log whose machine loses power', () => {
  it('is found again with all that was acknowledged, or is suspect, whatever sectors the disk kept', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(storyOf(fc.constantFrom<Death[]>('kill', 'crash')), (story) => {
        outcomes.add(play(story));
      }),
      { numRuns: 600 },
    );
    expect([...outcomes].sort()).toEqual(['sound', 'suspect']);
  });

  it('is never suspect if the disk lost everything that was not synced', () => {
    const lossless = storyOf(fc.constant<Death>('crash')).map((story) => ({
      ...story,
      lives: story.lives.map((life) => ({ ...life, survivors: 0 })),
    }));
    fc.assert(
      fc.property(lossless, (story) => {
        expect(play(story)).toBe('sound');
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what was recovered after a kill, even if the power fails right after the start', () => {
    fc.assert(
      fc.property(storyOf(fc.constant('kill')), (story) => {
        const random = seededRandom(story.seed);
        const lab = new LogLab(8192, story.seed);
        lab.open();
        for (const { steps } of story.lives) {
          for (const step of steps) {
            if (step === 'append') lab.append(lab.randomBatch(random, story.maxPayload));
            else lab.disk.completeNext();
          }
          lab.disk.kill(() => true);
          const found = contentsOf(lab.open());
          lab.disk.crash(() => false);
          expect(contentsOf(lab.open())).toEqual(found);
        }
      }),
      { numRuns: 200 },
    );
  });
});
