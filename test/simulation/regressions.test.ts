import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Regression } from './report/failure-report.ts';
import { failureReport, REGRESSIONS } from './report/failure-report.ts';
import { run } from './run.ts';

const files = existsSync(REGRESSIONS)
  ? readdirSync(REGRESSIONS).filter((name) => name.endsWith('.json'))
  : [];

/** Each file is a run in which something once broke. How and what, the file says. */
describe('what the simulator once found', () => {
  it('is kept in files that say what broke', () => {
    for (const file of files) {
      const { invariant, plan } = JSON.parse(readFileSync(join(REGRESSIONS, file), 'utf8')) as Regression;
      expect(invariant).not.toBe('');
      expect(plan.seed).toBeGreaterThanOrEqual(0);
    }
  });

  it.each(files)('does not happen again: %s', (file) => {
    const regression = JSON.parse(readFileSync(join(REGRESSIONS, file), 'utf8')) as Regression;
    const outcome = run(regression.plan);
    expect(outcome.failure, failureReport(outcome, 40)).toBeNull();
  });
});
