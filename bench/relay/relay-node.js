#!/usr/bin/env node
import { registerTypeScript } from '../../bin/typescript.js';

registerTypeScript();
const { main } = await import('./relay-node.ts');
main(process.argv.slice(2));
