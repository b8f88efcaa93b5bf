import { mkdtempSync, rmSync } from 'node:fs';
import type * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { preflight } from '../../src/cli/preflight.ts';
import { resolveConfig } from '../../src/config/load-config.ts';

// The superuser may enter any folder, so what the system says to others is put into its mouth.
vi.mock('node:fs', async (importOriginal) => ({
  ...(await importOriginal<typeof fs>()),
  accessSync: () => {
    throw Object.assign(new Error('no'), { code: 'EACCES' });
  },
}));

const folder = mkdtempSync(join(tmpdir(), 'conclave-rights-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a data folder that this user has no rights to', () => {
  it('is told with file and key before anything is started', async () => {
    const node = { id: 'n1', peer: '127.0.0.1:7001', client: '127.0.0.1:0', http: '127.0.0.1:0' };
    const config = resolveConfig(JSON.stringify({ dataDir: '.', nodes: [node] }), join(folder, 'c.json'));
    await expect(preflight(config, config.nodes)).rejects.toMatchObject({
      message: `dataDir in ${join(folder, 'c.json')}: the folder ${folder} cannot be read and written by this user (EACCES); change its rights or choose another.`,
    });
  });
});
