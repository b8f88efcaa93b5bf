import { afterEach, expect, it } from 'vitest';
import { onStopSignals } from '../../src/cli/stop-signals.ts';

let stopListening = (): void => undefined;

afterEach(() => stopListening());

function listening(): {
  readonly heard: string[];
  readonly signal: (name: NodeJS.Signals, atMs: number) => void;
} {
  const heard: string[] = [];
  let nowMs = 0;
  stopListening = onStopSignals(
    { stop: (signal) => heard.push(`stop ${signal}`), stopNow: (signal) => heard.push(`stop now ${signal}`) },
    () => nowMs,
  );
  return {
    heard,
    signal: (name, atMs) => {
      nowMs = atMs;
      process.emit(name, name);
    },
  };
}

it('one Ctrl-C that arrives three times, also as another signal, is one wish to stop in good order', () => {
  const { heard, signal } = listening();
  signal('SIGINT', 0);
  signal('SIGINT', 3);
  signal('SIGTERM', 900);
  expect(heard).toEqual(['stop SIGINT']);
});

it('asked again a second later, it stops at once', () => {
  const { heard, signal } = listening();
  signal('SIGTERM', 0);
  signal('SIGTERM', 1_000);
  expect(heard).toEqual(['stop SIGTERM', 'stop now SIGTERM']);
});

it('leaves no listener behind', () => {
  const before = process.listenerCount('SIGINT');
  listening();
  stopListening();
  expect(process.listenerCount('SIGINT')).toBe(before);
});
