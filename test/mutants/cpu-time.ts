import { readFileSync } from 'node:fs';

/** Fields of /proc/PID/stat behind the name of the program, which may hold anything: in user mode, and in the kernel. */
const USER = 11;
const SYSTEM = 12;
/** The unit of these fields, on every Linux there is: a hundredth of a second. */
const TICK_MS = 10;

/** How much of the processor a process has had so far, in milliseconds; null where nobody can say. */
export function cpuMsOf(pid: number): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER]) + Number(fields[SYSTEM])) * TICK_MS;
}
