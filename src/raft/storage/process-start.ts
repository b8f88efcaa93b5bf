import { readFileSync } from 'node:fs';

/** Where the fields of /proc/PID/stat stand, counted behind the name in parentheses. */
const STATE = 0;
const START_TIME = 19;

/**
 * What tells a living process from an earlier one with the same number: when it started, and in which boot of the
 * machine. Null if the system does not say (it has no /proc), or if there is no such process.
 */
export function processStart(pid: number): string | null {
  const fields = statOf(pid);
  const startTime = fields?.[START_TIME];
  if (startTime === undefined) return null;
  return `${readText('/proc/sys/kernel/random/boot_id') ?? 'unknown boot'} ${startTime}`;
}

/** Whether a process of this number runs. One that has died but was not yet taken note of by its parent does not. */
export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[STATE];
  if (state === 'Z' || state === 'X') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function statOf(pid: number): readonly string[] | null {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
