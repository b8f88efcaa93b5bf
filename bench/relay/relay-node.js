#!/usr/bin/env node
// TypeScript runs in this very process, as in bin/conclave.js.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./relay-node.ts');
main(process.argv.slice(2));
