#!/usr/bin/env -S node --max-semi-space-size=64 --no-parallel-scavenge --v8-pool-size=1 --interrupt-budget=8000 --no-lazy --no-flush-bytecode
// No process is wrapped around it: the pid that is printed is the node's own.
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freshBundle, SOURCE } from './bundle.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = freshBundle(root);
if (bundle === null) (await import('./typescript.js')).registerTypeScript();
else process.setSourceMapsEnabled(true);
const { main } = await import(bundle === null ? `../${SOURCE}` : pathToFileURL(bundle).href);
await main(process.argv);
