import { setTimeout as sleep } from 'node:timers/promises';
import { askNode } from '../../src/cli/status/ask-node.ts';
import type { ClusterSystem } from '../system/cluster-system.ts';
import type { Pause, PauseNotes } from './pause-notes.ts';

const LOOK_EVERY_MS = 1_000;

/** What was seen of one node in one stage. */
export interface PauseRow {
  readonly stage: string;
  readonly node: string;
  /** The longest time for which it attended to nothing else; null if none was of 10 ms. */
  readonly longest: Pause | null;
  /** The longest time that its main thread worked within a pause. Milliseconds. */
  readonly mostWorkedMs: number;
  /** Snapshots that it took or was sent. */
  readonly snapshots: number;
  readonly snapshotBytes: number;
}

interface SeenSnapshot {
  readonly stage: string;
  readonly node: string;
  readonly bytes: number;
}

/** Gathers, stage by stage, for how long the nodes' event loops stood still, and asks them every second for their snapshots. */
export class PauseWatch {
  readonly #system: ClusterSystem;
  readonly #notes: PauseNotes;
  /** Of each process that serves: which node it is, and since when. Starting takes as long as it takes. */
  readonly #serving = new Map<number, { readonly node: string; readonly since: number }>();
  readonly #stages: { readonly name: string; readonly beganAt: number }[] = [];
  readonly #snapshots: SeenSnapshot[] = [];
  readonly #lastSnapshot = new Map<string, number>();
  readonly #end = new AbortController();
  readonly #watching: Promise<void>;

  constructor(system: ClusterSystem, notes: PauseNotes, stage: string) {
    this.#system = system;
    this.#notes = notes;
    for (const { node, pid } of system.cluster.processes) this.serves(node, pid);
    this.begin(stage);
    this.#watching = this.#watch();
  }

  /** This process serves from now on. */
  serves(node: string, pid: number): void {
    this.#serving.set(pid, { node, since: Date.now() });
  }

  begin(name: string): void {
    this.#stages.push({ name, beganAt: Date.now() });
  }

  /** Resolves once each node has taken a snapshot in this stage. */
  async untilAllTookOne(): Promise<void> {
    const stage = this.#stages.at(-1)?.name;
    const took = () => new Set(this.#snapshots.filter((it) => it.stage === stage).map(({ node }) => node));
    while (took().size < this.#system.config.nodes.length) await sleep(LOOK_EVERY_MS);
  }

  async end(): Promise<readonly PauseRow[]> {
    this.#end.abort();
    await this.#watching;
    const pauses = this.#notes.read();
    return this.#stages.flatMap(({ name, beganAt }, place) => {
      const endedAt = this.#stages[place + 1]?.beganAt ?? Date.now();
      const seen = pauses.filter((pause) => pause.endedAt >= beganAt && pause.endedAt < endedAt);
      return this.#system.config.nodes.map(({ id }) => this.#row(name, id, seen));
    });
  }

  #row(stage: string, node: string, pauses: readonly Pause[]): PauseRow {
    const own = pauses.flatMap((pause) => {
      const process = this.#serving.get(pause.pid);
      return process?.node === node && pause.endedAt > process.since ? [behind(process.since, pause)] : [];
    });
    const snapshots = this.#snapshots.filter((it) => it.stage === stage && it.node === node);
    return {
      stage,
      node,
      longest: own.toSorted((a, b) => b.pauseMs - a.pauseMs)[0] ?? null,
      mostWorkedMs: Math.max(0, ...own.map(({ workedMs }) => workedMs)),
      snapshots: snapshots.length,
      snapshotBytes: Math.max(0, ...snapshots.map(({ bytes }) => bytes)),
    };
  }

  async #watch(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#look();
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.#end.signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const stage = this.#stages.at(-1)?.name ?? '';
    const answers = await Promise.all(this.#system.config.nodes.map(({ id, http }) => askNode(id, http)));
    for (const answer of answers) {
      if (answer.kind !== 'up') continue;
      const { node, snapshot } = answer.status;
      if (snapshot === null || snapshot.index === this.#lastSnapshot.get(node)) continue;
      this.#lastSnapshot.set(node, snapshot.index);
      this.#snapshots.push({ stage, node, bytes: snapshot.bytes });
    }
  }
}

/** What of a pause is behind this moment, and as much of the work in it as may have been. */
function behind(since: number, pause: Pause): Pause {
  const pauseMs = Math.min(pause.pauseMs, pause.endedAt - since);
  return {
    ...pause,
    pauseMs,
    workedMs: Math.min(pause.workedMs, pauseMs),
    waitedMs: Math.min(pause.waitedMs, pauseMs),
  };
}
