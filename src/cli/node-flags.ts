/**
 * How Node itself is started for a node. The first line of bin/conclave.js says the same, for a node that is started by hand.
 * - More room for what lives briefly, so that messages on their way through are gone before anybody copies them, and no
 *   several threads for that copying, which would take turns on the cores that the nodes need.
 * - One thread of V8's own, and not four: they mark and compile beside the main thread, which then waits for a core that they have.
 * - Functions are compiled well after an eighth of the calls that V8 would wait for. With few messages in flight each function
 *   runs some hundred times a second: that is slow for minutes, and the compiler busy all the while.
 * - All functions are made ready to run when the program is loaded, and stay so. V8 would compile each at its first call, and throw away
 *   what was not called for long: a node that begins to lead calls for the first time what all the others wait for.
 */
export const NODE_FLAGS: readonly string[] = [
  '--max-semi-space-size=64',
  '--no-parallel-scavenge',
  '--v8-pool-size=1',
  '--interrupt-budget=8000',
  '--no-lazy',
  '--no-flush-bytecode',
];
