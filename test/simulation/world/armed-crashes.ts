import type { Loss, Moment } from '../faults/plan.ts';

/** A crash that waits for its moment. */
export interface ArmedCrash {
  readonly moment: Moment;
  readonly loss: Loss;
  readonly downMs: number;
  readonly id: number;
}

/** The crashes that wait for their moments on one node. */
export class ArmedCrashes {
  #armed: ArmedCrash[] = [];
  #struck: ArmedCrash | null = null;

  arm(crash: ArmedCrash): void {
    this.#armed.push(crash);
  }

  disarm(): void {
    this.#armed = [];
  }

  /** Among them is one that may leave anything of what was not synced. */
  get areDangerous(): boolean {
    return this.#armed.some(({ loss }) => loss.of === 'power-any');
  }

  /** A moment has come at which a crash may strike. It does when the event is over that is being carried out. */
  strike(moment: Moment): void {
    const place = this.#armed.findIndex((crash) => crash.moment === moment);
    if (place >= 0) [this.#struck = null] = this.#armed.splice(place, 1);
  }

  /** The one that has struck since it was last asked for. */
  takeStruck(): ArmedCrash | null {
    const struck = this.#struck;
    this.#struck = null;
    return struck;
  }
}
