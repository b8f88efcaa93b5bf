/*
 * Loaded into every node ahead of the node itself: notes each time that its main thread attended to nothing else, and for how
 * much of that it was working, or waited for a core. What is left of a pause was a call that blocks. Linux only.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const LOOK_EVERY_MS = 5;
const NOTED_FROM_MS = 10;
const NS_PER_MS = 1e6;

/** What the scheduler says of the main thread, whose number is the process's: nanoseconds on a core, and in the queue for one. */
const schedule = () =>
  readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ').map(Number);

function watch(file) {
  let seen = { ms: performance.now(), schedule: schedule() };
  const look = () => {
    const now = { ms: performance.now(), schedule: schedule() };
    const [worked, waited] = now.schedule.map((ns, at) => (ns - seen.schedule[at]) / NS_PER_MS);
    const pauseMs = now.ms - seen.ms - LOOK_EVERY_MS;
    seen = now;
    if (pauseMs < NOTED_FROM_MS) return;
    const pause = { pid: process.pid, endedAt: Date.now(), pauseMs, workedMs: worked, waitedMs: waited };
    appendFileSync(file, `${JSON.stringify(pause)}\n`);
  };
  setInterval(look, LOOK_EVERY_MS).unref();
}

const { CONCLAVE_BENCH_PAUSES: file } = process.env;
if (isMainThread && file !== undefined) watch(file);
