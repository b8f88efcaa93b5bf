import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { newUncountedBytes, SLAB_BYTES, supplySlabs, uncountedBytes } from '../../src/memory/uncounted.ts';
import { SlabsAhead } from '../../src/node/slabs-ahead.ts';
import { until } from '../support/until.ts';

const open: SlabsAhead[] = [];
const ahead = (zeros?: string): SlabsAhead => {
  const slabs = new SlabsAhead(zeros);
  open.push(slabs);
  return slabs;
};

afterEach(async () => {
  for (const slabs of open.splice(0)) await slabs.close();
});

/** How many of the slabs that are taken now were made before. */
function madeBefore(count: number): number {
  const before = new Set(known);
  return taken(count).filter((slab) => before.has(slab)).length;
}

const known: Uint8Array[] = [];

/** Each is looked at, and written to: nobody else may ever get it. */
function taken(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, () => {
    const slab = uncountedBytes(SLAB_BYTES);
    expect(slab.byteLength).toBe(SLAB_BYTES);
    expect(Buffer.from(slab.buffer).indexOf(1)).toBe(-1);
    slab.fill(1);
    return slab;
  });
}

it('gives slabs that are zero and nobody else has, however many are taken and whatever is ready', async () => {
  ahead();
  const all = new Set<unknown>();
  for (let round = 0; round < 5; round += 1) {
    for (const { buffer } of taken(40)) all.add(buffer);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(all.size).toBe(200);
});

it('lets slabs come from a supply as long as it has any, and until it ends', () => {
  known.push(newUncountedBytes(SLAB_BYTES), newUncountedBytes(SLAB_BYTES));
  const ready = [...known];
  const end = supplySlabs(() => ready.pop() ?? null);
  expect(uncountedBytes(SLAB_BYTES - 1).byteLength).toBe(SLAB_BYTES - 1);
  expect(madeBefore(1)).toBe(1);
  const endOther = supplySlabs(() => null);
  end();
  expect(madeBefore(1)).toBe(0);
  endOther();
  expect(madeBefore(1)).toBe(0);
  expect(ready).toHaveLength(1);
});

it('makes slabs ready once one was taken, and not in the middle of that', async () => {
  const slabs = ahead();
  expect(slabs.ready).toBe(0);
  taken(1);
  expect(slabs.ready).toBe(0);
  await until('slabs are ready', () => slabs.ready > 0);
  const ready = slabs.ready;
  taken(ready - 1);
  expect(slabs.ready).toBe(1);
  taken(3);
  expect(slabs.ready).toBe(0);
  await until('there are more', () => slabs.ready > 0);
});

it('is as if it were not there where the system has no device of zeros', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-zeros-'));
  try {
    writeFileSync(join(folder, 'ones'), new Uint8Array(16 * SLAB_BYTES).fill(1));
    for (const zeros of [join(folder, 'none'), folder, join(folder, 'ones')]) {
      const slabs = ahead(zeros);
      for (let round = 0; round < 3; round += 1) {
        taken(20);
        await new Promise((resolve) => setImmediate(resolve));
        expect(slabs.ready).toBe(0);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('closes while slabs are being made ready', async () => {
  const slabs = ahead();
  taken(1);
  await new Promise((resolve) => setImmediate(resolve));
  open.pop();
  await slabs.close();
  taken(20);
});
