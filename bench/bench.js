#!/usr/bin/env node
import { registerTypeScript } from '../bin/typescript.js';

registerTypeScript();
const { main } = await import('./main.ts');
await main(process.argv);
