import type { Random } from '../../../src/raft/core/random.ts';

/**
 * Chance by name. Every draw is a hash of the run's seed, of what the draw is for, and of how often that was drawn
 * before; no draw depends on another. So a fault that is taken out of a run leaves the luck of all the rest as it was.
 */
export class Dice {
  readonly #root: number;

  constructor(seed: number) {
    this.#root = mix(0x9e3779b9, seed >>> 0, Math.floor(seed / 0x1_0000_0000));
  }

  /** The draws for one purpose: `of('delay', 'n1', 'n2')`. Asked for twice it begins anew: keep it. */
  of(...purpose: readonly (string | number)[]): Stream {
    let key = this.#root;
    for (const part of purpose) key = typeof part === 'number' ? mix(key, part, 1) : mixText(key, part);
    return new Stream(key);
  }
}

/** The draws for one purpose, counted. */
export class Stream implements Random {
  readonly #key: number;
  #count = 0;

  constructor(key: number) {
    this.#key = key;
  }

  /** At least 0 and below 1. */
  next(): number {
    this.#count += 1;
    return mix(this.#key, this.#count, 0x51ed270b) / 0x1_0000_0000;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  }

  /** Mostly small, now and then large: a number from 0 to `max` whose logarithm is spread evenly. */
  skewed(max: number): number {
    return Math.floor(Math.pow(max + 1, this.next()) - 1);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}

function mixText(key: number, text: string): number {
  let hash = mix(key, text.length, 2);
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash, 3, 0);
}

/** Three whole numbers into 32 bits (the finalizer of splitmix32, after each). */
function mix(a: number, b: number, c: number): number {
  return scramble(scramble(scramble(a | 0) ^ (b | 0)) ^ (c | 0));
}

function scramble(value: number): number {
  let z = (value + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
