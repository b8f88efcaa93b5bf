import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Node tells of collections a while after they were. */
const UNTIL_TOLD_MS = 200;

interface Collection {
  readonly startTime: number;
  readonly detail: { readonly kind: number };
}

/** Counts how often the collector goes through the whole heap of this process in some spans of time. */
export class CollectorWatch {
  readonly #collections: Collection[] = [];
  readonly #spans: (readonly [number, number])[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    this.#collections.push(...(list.getEntries() as unknown as readonly Collection[]));
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** A span to be counted in, by `performance.now()`. */
  span(fromMs: number, toMs: number): void {
    this.#spans.push([fromMs, toMs]);
  }

  /** Those of all spans. Ends the watch. */
  async majorCollections(): Promise<number> {
    await sleep(UNTIL_TOLD_MS);
    this.#observer.disconnect();
    return this.#collections.filter(
      ({ startTime, detail }) =>
        detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR &&
        this.#spans.some(([from, to]) => startTime >= from && startTime <= to),
    ).length;
  }
}
