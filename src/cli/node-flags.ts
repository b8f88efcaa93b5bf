/**
 * How Node itself is started for a node: with more room for what lives briefly, so that messages on their way through are
 * gone before anybody copies them, and without several threads for that copying, which would take turns on the cores
 * that the nodes need. The first line of bin/conclave.js says the same, for a node that is started by hand.
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=64', '--no-parallel-scavenge'];
