import type { NodeProcess } from './node-process.ts';

const GRACE_MS = 10_000;

/** Asks all to stop, waits until they have, and after ten seconds no longer asks. */
export async function stopAll(processes: readonly NodeProcess[]): Promise<void> {
  for (const child of processes) child.signal('SIGTERM');
  const impatience = setTimeout(() => killAll(processes), GRACE_MS);
  await Promise.all(processes.map((child) => child.exited));
  clearTimeout(impatience);
}

/** Ends all at once, as a power cut would. */
export function killAll(processes: readonly NodeProcess[]): void {
  for (const child of processes) child.signal('SIGKILL');
}
