/** A source of chance that is handed in: seeded, so a run can be repeated. */
export interface Random {
  /** A whole number, at least 0 and below `bound`, which is 1 to 2^31. */
  below(bound: number): number;
}

/** A small seeded generator (splitmix32). Good enough to spread timeouts; never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    below(bound) {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      z = (z ^ (z >>> 15)) >>> 0;
      return Math.floor((z / 0x1_0000_0000) * bound);
    },
  };
}
