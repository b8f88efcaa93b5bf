import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import type { Copies, Copy } from './copy-folder.ts';
import { PROJECT } from './copy-folder.ts';
import type { Mutant } from './mutant.ts';

const VITEST = join(PROJECT, 'node_modules/vitest/vitest.mjs');
/** Of a report that cannot be understood, the beginning says why. */
const FIRST_WORDS = 400;
/** By the clock: far longer than a test file takes on a busy machine. */
const LIMIT_MS = 600_000;
const MAX_REPORT_BYTES = 16 * 1024 * 1024;

/** Whether the test file that is to hold a bug does: it fails with the bug in the source, and passes without it. */
export type Hold =
  /** `what`: the tests that fail with it, and how. */
  { readonly kind: 'held'; readonly what: string } | { readonly kind: 'passes-all-the-same' };

/** Throws if the file cannot be run, or fails on the source as it is: then it says nothing about a bug. */
export async function holds(mutant: Mutant, file: string, copies: Copies): Promise<Hold> {
  const withBug = await failures(copies.take(mutant), file);
  if (withBug.length === 0) return { kind: 'passes-all-the-same' };
  const without = await failures(copies.take(null), file);
  if (without.length > 0)
    throw new Error(`${file} fails on the source as it is, so it holds no bug: ${without.join('; ')}`);
  return { kind: 'held', what: withBug.join('; ') };
}

/** What vitest's JSON report says of each test, as far as it is of use here. */
interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs one test file of a copy, and gives the copy back. A file that does not end has failed. */
async function failures(copy: Copy, file: string): Promise<readonly string[]> {
  try {
    const { stdout, isOutOfTime } = await runVitest(copy.folder, file);
    return isOutOfTime ? [`it did not end within ${LIMIT_MS} ms`] : failuresIn(stdout, file);
  } finally {
    copy.giveBack();
  }
}

function runVitest(
  folder: string,
  file: string,
): Promise<{ readonly stdout: string; readonly isOutOfTime: boolean }> {
  const args = [VITEST, 'run', file, '--reporter=json', '--root', folder];
  const options = {
    cwd: folder,
    timeout: LIMIT_MS,
    maxBuffer: MAX_REPORT_BYTES,
    killSignal: 'SIGKILL',
  } as const;
  return new Promise((resolve) => {
    // The exit code says no more than the report.
    execFile(process.execPath, args, options, (error, stdout) => {
      resolve({ stdout, isOutOfTime: error?.killed === true });
    });
  });
}

function failuresIn(report: string, file: string): readonly string[] {
  let results: Report['testResults'];
  try {
    results = (JSON.parse(report) as Report).testResults;
  } catch (cause) {
    throw new Error(`${file} could not be run: ${report.slice(0, FIRST_WORDS)}`, { cause });
  }
  const tests = results.flatMap(({ assertionResults }) => assertionResults);
  if (tests.length === 0)
    throw new Error(`${file} has no tests that could be run: ${results[0]?.message ?? 'no such file'}`);
  return tests
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages: [message = ''] }) => `"${fullName}": ${message.split('\n')[0] ?? ''}`);
}
