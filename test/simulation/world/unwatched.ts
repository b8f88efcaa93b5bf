import type { ProcessEvents } from './node-process.ts';

const nothing = (): void => undefined;

/** Of what another cluster's node does, nothing concerns this one's promises. */
export function unwatched(diskFailed: () => void): ProcessEvents {
  return {
    recovered: nothing,
    issued: nothing,
    durable: nothing,
    raft: nothing,
    readAsked: nothing,
    readSafe: nothing,
    commandApplied: nothing,
    incarnationApplied: nothing,
    behaviourApplied: nothing,
    diskFailed,
  };
}
