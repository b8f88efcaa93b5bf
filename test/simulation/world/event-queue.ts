/** Something that is to happen at a moment of simulated time. */
export interface SimEvent {
  readonly atUs: number;
  readonly order: number;
  readonly run: () => void;
}

/** What will happen, soonest first; of the same moment, what was planned first. A binary heap. */
export class EventQueue {
  readonly #heap: SimEvent[] = [];
  #planned = 0;

  get size(): number {
    return this.#heap.length;
  }

  push(atUs: number, run: () => void): void {
    this.#planned += 1;
    const event = { atUs, order: this.#planned, run };
    let place = this.#heap.push(event) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      this.#heap[place] = above;
      place = parent;
    }
    this.#heap[place] = event;
  }

  pop(): SimEvent | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#sink(last);
    return first;
  }

  #sink(event: SimEvent): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      let smallest = event;
      let child = place;
      const leftEvent = heap[left];
      if (leftEvent !== undefined && isBefore(leftEvent, smallest)) {
        smallest = leftEvent;
        child = left;
      }
      const rightEvent = heap[right];
      if (rightEvent !== undefined && isBefore(rightEvent, smallest)) {
        smallest = rightEvent;
        child = right;
      }
      heap[place] = smallest;
      if (child === place) return;
      place = child;
    }
  }
}

function isBefore(a: SimEvent, b: SimEvent): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}
