import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a reader of what was printed may take for the rest, and the system for what it was asked. */
const PATIENCE_MS = 1_000;
const LOOK_EVERY_MS = 20;

/** What runs in a thread of the pool and may wait there for a disk or a name server. */
const THREADED: ReadonlySet<string> = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'GetAddrInfoReqWrap',
  'GetNameInfoReqWrap',
]);

/**
 * Ends this process within about two seconds: writes out what was printed, as far as anybody reads it, and exits with this code.
 * `process.exit` waits for the threads of the pool, for ever if a disk does not answer one of them; then SIGKILL ends the process.
 */
export async function endProcess(exitCode: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map((stream) => untilWritten(stream, PATIENCE_MS)));
  if (await threadsComeBack()) process.exit(exitCode);
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

/** Resolves when all that was written so far is out, or nobody can read it any more, and after this time in any case. */
export async function untilWritten(stream: Writable, withinMs: number): Promise<void> {
  if (stream.writableLength === 0 || !stream.writable) return;
  const written = new Promise<void>((resolve) => {
    // Writes are done in their order, and told of one by one even if they fail.
    stream.write('', () => resolve());
  });
  await Promise.race([written, sleep(withinMs)]);
}

async function threadsComeBack(): Promise<boolean> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  while (process.getActiveResourcesInfo().some((resource) => THREADED.has(resource))) {
    if (performance.now() > givesUpAt) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}
