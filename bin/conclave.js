#!/usr/bin/env -S node --max-semi-space-size=64 --no-parallel-scavenge
// TypeScript runs in this very process: no build, no wrapper, and the pid that is printed is the node's own.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli/main.ts');
await main(process.argv);
