import { performance } from 'node:perf_hooks';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * Signals that come this soon after the first are one wish: a single Ctrl-C reaches a process from the terminal, once
 * more from the npm that runs it, and as a SIGTERM from the parent that heard it too.
 */
const ONE_WISH_MS = 1_000;

export type StopSignal = (typeof STOP_SIGNALS)[number];

export interface StopHandlers {
  /** The first signal: stop in good order. */
  stop(signal: StopSignal): void;
  /** Asked again, a second or more later: stop at once. */
  stopNow(signal: StopSignal): void;
}

/**
 * Listens for the signals that ask a process to stop.
 * @param now milliseconds of a clock that never goes back.
 * @returns a function that stops listening.
 */
export function onStopSignals(
  handlers: StopHandlers,
  now: () => number = () => performance.now(),
): () => void {
  let firstAt: number | null = null;
  const listener = (signal: StopSignal): void => {
    if (firstAt === null) {
      firstAt = now();
      handlers.stop(signal);
    } else if (now() - firstAt >= ONE_WISH_MS) handlers.stopNow(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of STOP_SIGNALS) process.removeListener(signal, listener);
  };
}
