import { crc32 } from 'node:zlib';
import { BrokenInvariant } from '../invariants/invariant.ts';
import type { SimDisk } from '../sim-disk.ts';

/** What a disk holds, in one number. */
export function imageOf(disk: SimDisk): number {
  let image = 0;
  for (const name of disk.list()) image = crc32(disk.readFile(name), crc32(name, image));
  return image;
}

/** Whoever refuses to start says why, in an error that was meant, and leaves everything as it found it. */
export function assertClearRefusal(id: string, error: unknown, before: number, after: number): void {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string';
  if (!hasCode || !/nothing was changed/i.test(what))
    throw new BrokenInvariant(
      'A Clear Refusal',
      `${id} does not start, and does not say what to do: ${what}`,
      {
        cause: error,
      },
    );
  if (before !== after)
    throw new BrokenInvariant(
      'Nothing Is Deleted',
      `${id} refuses to start, and has changed its disk: ${what}`,
    );
}
