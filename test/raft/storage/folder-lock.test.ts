import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../../src/raft/storage/folder-lock.ts';
import { processStart } from '../../../src/raft/storage/process-start.ts';
import { temporaryFolder } from './temporary-folder.ts';

const lockOf = (folder: string): string => join(folder, 'lock');
const write = (folder: string, holder: unknown): void =>
  writeFileSync(lockOf(folder), JSON.stringify(holder));
const holderOf = (folder: string): unknown => JSON.parse(readFileSync(lockOf(folder), 'utf8'));

describe('the lock of a data folder', () => {
  it('is there until it is released, and then may be taken again', () => {
    const folder = join(temporaryFolder(), 'new');
    const lock = lockFolder(folder);
    expect(holderOf(folder)).toMatchObject({ pid: process.pid });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    lockFolder(folder).release();
  });

  it('is refused while a living process holds it, naming the folder and the process', () => {
    const folder = temporaryFolder();
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'locked',
        message: expect.stringMatching(
          new RegExp(`process ${process.pid} uses the data folder ${folder} already`),
        ),
      }),
    );
    lock.release();
  });

  it('is refused while another process holds it, and taken over once that one has been killed', async () => {
    const folder = temporaryFolder();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    write(folder, { pid, started: processStart(pid) });
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'locked' }));
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    lockFolder(folder).release();
  });

  it('is taken over from an earlier process whose number another one has now, this one even', () => {
    const folder = temporaryFolder();
    write(folder, { pid: process.pid, started: 'an earlier boot 1234' });
    const lock = lockFolder(folder);
    expect(holderOf(folder)).toEqual({ pid: process.pid, started: processStart(process.pid) });
    lock.release();
  });

  it('is not taken from a living process whose start is not known', () => {
    const folder = temporaryFolder();
    write(folder, { pid: process.pid, started: null });
    expect(() => lockFolder(folder)).toThrow(/already/);
  });

  it.each(['', '{', '{"pid":"x"}', '{"pid":-1}', 'null'])(
    'is taken over when it holds nothing that can be understood: %j',
    (text) => {
      const folder = temporaryFolder();
      writeFileSync(lockOf(folder), text);
      lockFolder(folder).release();
      expect(existsSync(lockOf(folder))).toBe(false);
    },
  );

  it('is left alone at its release when another process has it by then', () => {
    const folder = temporaryFolder();
    const lock = lockFolder(folder);
    write(folder, { pid: 1, started: null });
    lock.release();
    expect(holderOf(folder)).toEqual({ pid: 1, started: null });
  });

  it('says which folder cannot be locked', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => lockFolder(file)).toThrow(/cannot lock the folder .*file/);
  });
});
