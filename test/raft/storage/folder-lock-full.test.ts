import { readdirSync } from 'node:fs';
import type * as fs from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { lockFolder } from '../../../src/raft/storage/folder-lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

// A file can be made on a full disk; it stays empty.
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  const writeFileSync = (path: string): never => {
    real.writeFileSync(path, '');
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return { ...real, writeFileSync };
});

describe('the lock of a data folder on a full disk', () => {
  it('is refused with what to do, and leaves nothing behind', () => {
    const folder = temporaryFolder();
    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'no-space',
        message: `the disk of the data folder ${folder} is full: there is no room even for its lock. Make room, then start this node again.`,
      }),
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
