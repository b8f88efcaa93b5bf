import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stopInTime } from '../../src/cli/stop-in-time.ts';
import { within } from '../support/until.ts';

const PROGRAM = fileURLToPath(new URL('ending-process.js', import.meta.url));

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-ending-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  rmSync(folder, { recursive: true });
});

function start(...args: readonly string[]) {
  const started = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  child = started;
  const ended = new Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>(
    (resolve) => {
      started.once('exit', (code, signal) => resolve({ code, signal }));
    },
  );
  return { started, ended: () => within('the process ended', ended) };
}

describe('a process that ends', () => {
  it('ends when nobody reads its log any more, however much there is of it', async () => {
    const { started, ended } = start('when-told');
    started.stdout.destroy();
    started.stdin.write('now');
    expect(await ended()).toEqual({ code: 3, signal: null });
  });

  it('ends when the reader of its log stands still', async () => {
    const { started, ended } = start('when-told');
    started.stdout.pause();
    started.stdin.write('now');
    expect(await ended()).toEqual({ code: 3, signal: null });
  });

  it('prints all of it before, to a reader that reads', async () => {
    const { started, ended } = start('when-told');
    let printed = '';
    const closed = new Promise((resolve) => {
      started.stdout
        .setEncoding('utf8')
        .on('data', (text) => {
          printed += String(text);
        })
        .once('close', resolve);
    });
    started.stdin.write('now');
    expect(await ended()).toEqual({ code: 3, signal: null });
    await closed;
    expect(printed.split('\n').filter((line) => line.includes('a line'))).toHaveLength(2_000);
  });

  it('ends by force when the system holds one of its threads', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('/usr/bin/env', ['mkfifo', pipe]);
    const { ended } = start('with-a-thread-held', pipe);
    expect(await ended()).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

describe('a stop', () => {
  it('in good order is waited for, and not longer', async () => {
    expect(await stopInTime(Promise.resolve(), 60_000)).toBe('in-order');
    await expect(stopInTime(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
  });

  it('that does not come to an end is not waited for', async () => {
    expect(await stopInTime(new Promise(() => undefined), 1)).toBe('out-of-time');
  });
});
