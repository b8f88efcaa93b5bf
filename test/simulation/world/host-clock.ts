import type { Stream } from './dice.ts';
import { MS } from './settings.ts';
import type { World } from './world.ts';

/** What a turn has. */
const WHOLE_TURN_MS = 8;

/** The clock of one machine: it runs as fast as it likes, and on a machine with too few cores time passes within a turn. */
export class HostClock {
  /** 1 being right. */
  readonly rate: number;
  readonly #world: World;
  readonly #startMs: number;
  readonly #slowness: Stream;
  /** What turns have taken so far beyond what the world knows of. */
  #lateMs = 0;

  constructor(world: World, id: string, place: number, rate: number) {
    this.#world = world;
    this.rate = rate;
    this.#startMs = 1_000 * (place + 1);
    this.#slowness = world.dice.of('slow turns', id);
  }

  /** What its process sees, that looks at it now. */
  look(): number {
    const { slowTurns } = this.#world.mesh.weather;
    if (slowTurns > 0 && this.#slowness.chance(slowTurns)) this.#lateMs += WHOLE_TURN_MS;
    return Math.floor((this.#world.nowUs / MS) * this.rate) + this.#startMs + this.#lateMs;
  }
}
