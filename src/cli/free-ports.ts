import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/** Below the range from which most systems take the ports of outgoing connections: a port found here stays free. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const MAX_TRIES = 1_000;

/** Finds different ports of 127.0.0.1 that nobody listens on at the moment. They are not held. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries += 1) {
    if (tries === MAX_TRIES) throw new Error(`cannot find ${count} free ports from ${LOWEST} to ${HIGHEST}`);
    const port = randomInt(LOWEST, HIGHEST);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}
