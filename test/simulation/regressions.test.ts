import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureReport } from './report/failure-report.ts';
import { readRegression, REGRESSIONS } from './report/regression.ts';
import { run } from './run.ts';

const files = readdirSync(REGRESSIONS).filter((name) => name.endsWith('.json'));

/** Each file is a run in which something once broke. How and what, the file says. */
describe('what the simulator once found', () => {
  it('is kept in files that say what broke', () => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const { invariant, plan } = readRegression(join(REGRESSIONS, file));
      expect(invariant).not.toBe('');
      expect(plan.seed).toBeGreaterThanOrEqual(0);
    }
  });

  it.each(files)('does not happen again: %s', (file) => {
    const outcome = run(readRegression(join(REGRESSIONS, file)).plan);
    expect(outcome.failure, failureReport(outcome, 40)).toBeNull();
  });
});
