import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

interface Transfer {
  readonly term: number;
  readonly target: string;
  readonly sinceTick: number;
  lastIndex: number;
}

const transferOf = new WeakMap<NodeRecord, Transfer>();

/** Between two looks at the clock a node may be in the middle of a turn. */
const SLACK_TICKS = 5;

/** A leader that hands over takes no proposals meanwhile, and gives up when its successor does not take over (dissertation §3.10). */
export const handingOver: Invariant = {
  name: 'A Leader Hands Over, Or Goes On',
  says(_history, { id, core }, message) {
    const target = core?.transferTarget ?? null;
    if (message.kind !== 'timeout-now' || core === null || target === null) return;
    const match = core.peers.find((peer) => peer.id === target)?.matchIndex ?? 0;
    if (match < core.log.lastIndex)
      throw new BrokenInvariant(
        this.name,
        `${id} tells ${target} to campaign, which has ${match} of ${core.log.lastIndex} entries`,
      );
  },
  stepped({ limits }, record, core) {
    const target = core.transferTarget;
    const before = transferOf.get(record);
    if (target === null) {
      if (before !== undefined) transferOf.delete(record);
      return;
    }
    const { lastIndex } = core.log;
    if (before?.term !== core.term || before.target !== target) {
      transferOf.set(record, { term: core.term, target, sinceTick: record.ticks, lastIndex });
      return;
    }
    if (lastIndex > before.lastIndex)
      throw new BrokenInvariant(
        this.name,
        `${record.id} hands over to ${target}, and appends entry ${lastIndex} meanwhile`,
      );
    const patience = limits.electionTicks + SLACK_TICKS;
    // Whoever leaves tries again, until it has to go without.
    const sinceTick = Math.max(before.sinceTick, record.askedToHandOverAtTick);
    if (!record.isLeaving && record.ticks - sinceTick > patience)
      throw new BrokenInvariant(
        this.name,
        `${record.id} has been handing over to ${target} for ${patience} ticks, and takes no proposals`,
      );
  },
};
