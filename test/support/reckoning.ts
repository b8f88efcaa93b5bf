import type { PushedMessage } from '../../src/client/server-line.ts';
import type { Talker } from './talkers.ts';

/** What went wrong between talkers and one recipient: every list must be empty. */
export interface Reckoning {
  /** Acknowledged, and never received. */
  readonly lost: readonly string[];
  /** Received as more than one message. */
  readonly doubled: readonly string[];
  /** Received, though it was refused or never sent. */
  readonly invented: readonly string[];
  /** Received after a later one of the same sender. */
  readonly outOfOrder: readonly string[];
  /** Replies to the talkers that nobody expects. */
  readonly surprises: readonly string[];
}

export const NOTHING_WRONG: Reckoning = {
  lost: [],
  doubled: [],
  invented: [],
  outOfOrder: [],
  surprises: [],
};

/** Compares what the talkers were told with what their recipient received. Pure. */
export function reckon(
  talkers: readonly Talker[],
  recipient: string,
  received: readonly PushedMessage[],
): Reckoning {
  const textsOf = (pick: 'acknowledged' | 'doubtful'): readonly string[] =>
    talkers.flatMap(({ sayings }) =>
      sayings[pick].filter(({ to }) => to === recipient).map(({ text }) => text),
    );
  const acknowledged = textsOf('acknowledged');
  const possible = new Set([...acknowledged, ...textsOf('doubtful')]);
  const texts = received.map(({ text }) => text);
  const known = new Set(texts);
  return {
    lost: acknowledged.filter((text) => !known.has(text)),
    doubled: repeated(texts),
    invented: texts.filter((text) => !possible.has(text)),
    outOfOrder: outOfOrder(received),
    surprises: talkers.flatMap(({ sayings }) => sayings.surprises),
  };
}

/** Every text ends with its sender's count. */
function outOfOrder(received: readonly PushedMessage[]): readonly string[] {
  const highest = new Map<string, number>();
  return received
    .filter(({ from, text }) => {
      const count = Number(text.split(' ').at(-1));
      const before = highest.get(from) ?? 0;
      highest.set(from, Math.max(before, count));
      return count < before;
    })
    .map(({ text }) => text);
}

function repeated(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return texts.filter((text) => seen.has(text) || !seen.add(text));
}
