import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Longer than every step of a stop in good order may take together: connections 2 s and 2 s more for those that take nothing, then handing
 * leadership over, settling and saying farewell, 1 s each. Shorter than whoever asked for it waits before it uses force.
 */
export const STOP_WITHIN_MS = 8_000;

/**
 * Waits for a stop in good order, but not for ever: a disk that does not answer must not keep a node from ending. What was
 * acknowledged is durable in any case.
 * @throws what the stop throws.
 */
export async function stopInTime(
  stop: Promise<void>,
  withinMs: number = STOP_WITHIN_MS,
): Promise<'in-order' | 'out-of-time'> {
  const enough = new AbortController();
  try {
    return await Promise.race([
      stop.then(() => 'in-order' as const),
      sleep(withinMs, 'out-of-time' as const, { signal: enough.signal }),
    ]);
  } finally {
    enough.abort();
  }
}
