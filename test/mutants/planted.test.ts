import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSync } from 'vite';
import { Copies, PROJECT } from './copy-folder.ts';
import { Control, hunt } from './hunt.ts';
import { plant } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './planted/index.ts';
import { themeNamed } from '../simulation/faults/themes.ts';
import { verdictLine } from './table.ts';
import { THEMED_BUGS, themeOf } from './theme-of.ts';
import { UNOBSERVABLE } from './unobservable.ts';

/** What the planted bug makes of its file. */
const planted = (mutant: Mutant): string => plant(mutant, readFileSync(join(PROJECT, mutant.file), 'utf8'));

describe('the planted bugs', () => {
  it('are many, and each has a name of its own', () => {
    const names = [...MUTANTS, ...UNOBSERVABLE].map(({ name }) => name);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(170);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are looked for in themes that the simulator has', () => {
    const names = new Set(MUTANTS.map(({ name }) => name));
    expect(THEMED_BUGS.filter((name) => !names.has(name))).toEqual([]);
    for (const mutant of MUTANTS) {
      const theme = themeOf(mutant);
      if (theme !== null) expect(themeNamed(theme).name).toBe(theme);
    }
  });

  it('are held by test files that are there', () => {
    const files = MUTANTS.flatMap(({ heldBy }) => heldBy ?? []);
    expect(files.filter((file) => !file.endsWith('.test.ts') || !existsSync(join(PROJECT, file)))).toEqual(
      [],
    );
  });

  it.each([...MUTANTS, ...UNOBSERVABLE])('can be planted in the source as it is now: $name', (mutant) => {
    const source = planted(mutant);
    expect(parseSync(mutant.file, source).errors, 'it is still TypeScript').toEqual([]);
    expect(mutant.file, 'it is in the product, not in its tests').toMatch(/^src\//);
  });

  it('are refused when the source has changed under them', () => {
    const [mutant] = MUTANTS;
    expect(() => plant(mutant!, 'nothing of the kind')).toThrow(/occurs 0 times.*The source has changed/);
    expect(() => plant(mutant!, mutant!.find.repeat(2))).toThrow(/occurs 2 times/);
  });
});

describe('a test file that is to hold a bug', () => {
  const mutant = MUTANTS.find(({ name }) => name === 'hint-never-cleared')!;
  const options = { firstSeed: 1, budgetSeconds: 60, runLimitMs: 100_000 };

  it('does if it fails with the bug, and passes without it', async () => {
    const copies = new Copies();
    try {
      const heldBy = 'test/raft/core/suspicion.test.ts';
      const verdict = await hunt({ ...mutant, heldBy }, copies, new Control(copies), options);
      expect(verdict).toMatchObject({
        kind: 'held',
        by: heldBy,
        what: expect.stringMatching(/void as soon as the leader speaks/),
      });
      expect(verdictLine({ mutant, verdict })).toMatch(/^held +hint-never-cleared: test\/raft/);
    } finally {
      copies.remove();
    }
  });

  it('does not if it passes all the same', async () => {
    const copies = new Copies();
    try {
      const heldBy = 'test/raft/core/log.test.ts';
      const verdict = await hunt({ ...mutant, heldBy }, copies, new Control(copies), options);
      expect(verdict).toMatchObject({ kind: 'survived' });
    } finally {
      copies.remove();
    }
  });
});

describe('the hunt', () => {
  it('catches a bug, and finds nothing wrong where none was planted', async () => {
    const mutant = MUTANTS.find(({ name }) => name === 'quorum-too-small')!;
    const copies = new Copies();
    const control = new Control(copies);
    try {
      const verdict = await hunt(mutant, copies, control, {
        firstSeed: 1,
        budgetSeconds: 60,
        runLimitMs: 100_000,
      });
      expect(verdict).toMatchObject({ kind: 'caught' });
    } finally {
      await control.stop();
      copies.remove();
    }
  });
});
