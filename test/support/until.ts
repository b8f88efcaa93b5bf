import { setTimeout as pause } from 'node:timers/promises';

/** Far longer than anything takes: a wait that lasts so long will never end. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 20;

/**
 * Looks again and again until the probe gives something other than `undefined` or `false`, and resolves with it.
 * @param what a sentence about what is waited for, for the error of a wait that is in vain.
 */
export async function until<Found>(
  what: string,
  probe: () => Promise<Found | false | undefined> | Found | false | undefined,
): Promise<Found> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > givesUpAt) throw new Error(`waited in vain until ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

/** The promise's value, or an error that says what was waited for in vain. */
export async function within<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const inVain = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain until ${what}`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, inVain]);
  } finally {
    clearTimeout(timer);
  }
}
