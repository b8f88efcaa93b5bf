#!/usr/bin/env -S node --max-semi-space-size=64 --no-parallel-scavenge --v8-pool-size=1 --interrupt-budget=8000 --no-lazy --no-flush-bytecode
// No process is wrapped around it: the pid that is printed is the node's own.
import { registerTypeScript } from './typescript.js';

registerTypeScript();
const { main } = await import('../src/cli/main.ts');
await main(process.argv);
