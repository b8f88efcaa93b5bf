import type { Logger } from 'pino';
import type { NodeId } from '../ordered-log/ids.ts';
import type { LogStoreAlarm } from '../raft/storage/log-store.ts';

/** What an operator should look at, for the log when it begins and ends and for the status in between. */
export class Alarms {
  readonly #logger: Logger;
  readonly #standing = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get list(): readonly string[] {
    return [...this.#standing.values()];
  }

  disk(alarm: LogStoreAlarm): void {
    switch (alarm) {
      case 'no-space':
        return this.#raise(
          'disk',
          'the disk is full: this node takes nothing new, and does not lead, until there is room; make room, and it goes on by itself',
        );
      case 'space-again':
        return this.#clear('disk', 'the disk has room again');
      case 'no-space-for-snapshot':
        return this.#raise(
          'snapshot',
          'there is no room on the disk for a snapshot: the log cannot be shortened; make room, and it is tried again',
        );
      case 'snapshot-written-again':
        return this.#clear('snapshot', 'snapshots can be written again');
      default:
        alarm satisfies never;
    }
  }

  /** A peer will have nothing to do with this node. */
  refusedBy(peer: NodeId, why: string): void {
    this.#raise(`refused by ${peer}`, `${peer} refuses this node: ${why}`);
  }

  /** It has taken this node in. */
  admittedBy(peer: NodeId): void {
    this.#clear(`refused by ${peer}`, `${peer} takes this node in again`);
  }

  #raise(key: string, sentence: string): void {
    if (this.#standing.get(key) === sentence) return;
    this.#standing.set(key, sentence);
    this.#logger.error({ alarm: key }, sentence);
  }

  #clear(key: string, sentence: string): void {
    if (this.#standing.delete(key)) this.#logger.info({ alarm: key }, sentence);
  }
}
