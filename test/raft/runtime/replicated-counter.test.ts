import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countTogether } from '../../../examples/replicated-counter.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-counter-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the Raft module by itself: a replicated counter', () => {
  it('applies each command once on every replica, whichever took it', async () => {
    expect(await countTogether(folder)).toEqual([55, 55, 55]);
  });

  it('goes on from where it stood after all replicas were stopped', async () => {
    await countTogether(folder);
    expect(await countTogether(folder)).toEqual([110, 110, 110]);
  });
});
