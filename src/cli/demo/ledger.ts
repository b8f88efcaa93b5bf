/** A message as the reader received it. */
export interface ReceivedMessage {
  /** The cluster's number for it: the same message may be pushed again under the same one. */
  readonly id: number;
  readonly text: string;
}

/** What became of the messages of the demo, each of which has its own text. */
export interface Account {
  /** Acknowledged, and never received: must be empty. */
  readonly lost: readonly string[];
  /** Received as more than one message: must be empty. */
  readonly doubled: readonly string[];
  /** Received, though nobody sent it: must be empty. */
  readonly invented: readonly string[];
  /** Different texts that were received. */
  readonly received: number;
}

/** Compares what was acknowledged with what is there. Pure. `sent` holds the acknowledged texts and those in doubt. */
export function settle(
  sent: ReadonlySet<string>,
  acknowledged: ReadonlySet<string>,
  received: readonly ReceivedMessage[],
): Account {
  const idsOf = new Map<string, Set<number>>();
  for (const { id, text } of received) idsOf.set(text, (idsOf.get(text) ?? new Set()).add(id));
  return {
    lost: [...acknowledged].filter((text) => !idsOf.has(text)),
    doubled: [...idsOf].filter(([, ids]) => ids.size > 1).map(([text]) => text),
    invented: [...idsOf.keys()].filter((text) => !sent.has(text)),
    received: idsOf.size,
  };
}

/** Whether nothing was lost, doubled or invented. */
export function isClean(account: Account): boolean {
  return account.lost.length + account.doubled.length + account.invented.length === 0;
}

/**
 * The longest time without an acknowledgement from a moment on, in the unit of the times: from the moment itself to the first,
 * and between any two that follow. Infinity if there was none.
 */
export function longestGap(acknowledgedAt: readonly number[], from: number): number {
  const later = acknowledgedAt.filter((time) => time >= from).sort((a, b) => a - b);
  if (later.length === 0) return Infinity;
  return later.reduce((gap, time, place) => Math.max(gap, time - (later[place - 1] ?? from)), 0);
}
