import { readFileSync } from 'node:fs';

/** Microseconds of one tick of the kernel's accounting: it counts in hundredths of a second. */
const TICK_US = 10_000;

/** What all threads of a process have used of the processors so far, in user and in system mode, in microseconds. 0 if there is no such process. */
export function processorTimeUs(pid: number): number {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold anything; what follows it is fields between blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_US;
}

/** What a process holds in memory now, in bytes. 0 if there is no such process. */
export function residentBytes(pid: number): number {
  return kibibytesOf(pid, 'VmRSS') * 1_024;
}

/** What the whole machine has done so far, in microseconds of all processors. */
export function machineTimeUs(): number {
  const [first = ''] = readOrNothing('/proc/stat').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = first
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq + steal) * TICK_US;
}

function kibibytesOf(pid: number, field: string): number {
  const [, kibibytes] = new RegExp(`${field}:\\s+(\\d+)`).exec(readOrNothing(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes ?? 0);
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
