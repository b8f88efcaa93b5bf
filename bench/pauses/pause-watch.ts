import { setTimeout as sleep } from 'node:timers/promises';
import { askNode } from '../../src/cli/status/ask-node.ts';
import type { ClusterSystem } from '../system/cluster-system.ts';

const LOOK_EVERY_MS = 1_000;

/** What was seen of one process of a node in one stage. */
export interface PauseRow {
  readonly stage: string;
  readonly node: string;
  /** The longest time for which it attended to nothing else: of this stage, or of up to two minutes before it. Milliseconds. */
  longestMs: number;
  /** Snapshots that it took or was sent. */
  snapshots: number;
  snapshotBytes: number;
}

/** Asks all nodes every second for how long their event loops stood still. */
export class PauseWatch {
  readonly rows: PauseRow[] = [];
  readonly #system: ClusterSystem;
  readonly #lastSnapshot = new Map<string, number>();
  readonly #end = new AbortController();
  readonly #watching: Promise<void>;
  #stage: string;

  constructor(system: ClusterSystem, stage: string) {
    this.#system = system;
    this.#stage = stage;
    this.#watching = this.#watch();
  }

  begin(stage: string): void {
    this.#stage = stage;
  }

  /** Resolves once each node has taken a snapshot in this stage. */
  async untilAllTookOne(): Promise<void> {
    const stage = this.#stage;
    const took = () => this.rows.filter((row) => row.stage === stage && row.snapshots > 0);
    while (took().length < this.#system.config.nodes.length) await sleep(LOOK_EVERY_MS);
  }

  async end(): Promise<readonly PauseRow[]> {
    this.#end.abort();
    await this.#watching;
    return this.rows;
  }

  async #watch(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#look();
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.#end.signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const stage = this.#stage;
    const answers = await Promise.all(this.#system.config.nodes.map(({ id, http }) => askNode(id, http)));
    for (const answer of answers) {
      if (answer.kind !== 'up') continue;
      const { node, longestPauseMs, snapshot } = answer.status;
      const row = this.#row(stage, node);
      row.longestMs = Math.max(row.longestMs, longestPauseMs);
      if (snapshot === null || snapshot.index === this.#lastSnapshot.get(node)) continue;
      this.#lastSnapshot.set(node, snapshot.index);
      row.snapshots += 1;
      row.snapshotBytes = Math.max(row.snapshotBytes, snapshot.bytes);
    }
  }

  #row(stage: string, node: string): PauseRow {
    const known = this.rows.find((row) => row.stage === stage && row.node === node);
    if (known !== undefined) return known;
    const row: PauseRow = { stage, node, longestMs: 0, snapshots: 0, snapshotBytes: 0 };
    this.rows.push(row);
    return row;
  }
}
